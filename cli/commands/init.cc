// `init` and `push`: what comes before the first row.
#include <diotima/status_macros.h>

#include "cli/commands/command.h"
#include "cli/report/unknown_versions.h"

namespace diotima::cli {
namespace {

struct InitArguments {
  std::string path;
  std::string algorithm;
  std::optional<int64_t> truncation_length;
};

// An existing store is left alone.
Status CheckMissing(const std::string& path) {
  StoreOptions options;
  options.create_if_missing = false;
  options.read_only = true;
  const auto store = Store::Open(path, std::move(options));
  if (store.ok()) {
    return Status::InvalidArgument("store '" + path + "' exists already: its settings are fixed");
  }
  if (store.status().code() == StatusCode::kNotFound) return Status::Ok();
  return store.status();
}

Status Init(const InitArguments& arguments, Session* session) {
  StoreConfig chosen;
  if (!arguments.path.empty()) {
    chosen.path = arguments.path;
  } else {
    DIOTIMA_ASSIGN(chosen, session->ChooseStore());
  }
  if (!arguments.algorithm.empty()) {
    DIOTIMA_ASSIGN(chosen.hash_algorithm, ParseHashAlgorithm(arguments.algorithm));
  }
  if (arguments.truncation_length) {
    const Status status = CheckTruncationLength(*arguments.truncation_length);
    if (!status.ok()) return session->UsageError("--hash-truncation-length: " + status.message());
    chosen.hash_truncation_length = static_cast<uint32_t>(*arguments.truncation_length);
  }
  DIOTIMA_TRY(CheckMissing(chosen.path));
  DIOTIMA_ASSIGN(const auto store, session->Create(chosen));
  return session->PrintResult(/*dry_run=*/false,
                              {{"path", store->path()},
                               {"hash_algorithm", HashAlgorithmName(store->hasher().algorithm)},
                               {"hash_truncation_length", store->hasher().truncation_length}});
}

Status Push(Session* session) {
  DIOTIMA_ASSIGN(const auto store, session->OpenToWrite());
  DIOTIMA_ASSIGN(const PushResult result, store->Push());
  UnknownVersions unknown(store.get());
  for (const auto& feature : store->graph().TopologicalOrder()) {
    unknown.Warn(feature, session);
  }
  return session->PrintResult(/*dry_run=*/false, {{"project_version", result.project_version},
                                                  {"recorded", result.recorded},
                                                  {"features", result.features}});
}

}  // namespace

void AddInit(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<InitArguments>();
  CLI::App* command = AddCommand(parent, "init", "Create a store",
                                 "  diotima init meta.db\n"
                                 "  diotima --store dev init --hash-algorithm sha256 "
                                 "--hash-truncation-length 16\n");
  command->add_option("PATH", arguments->path, "The directory (default: the one of --store)");
  AddChoice(command, "--hash-algorithm", &arguments->algorithm,
            {"xxhash64", "xxhash32", "sha256", "md5"},
            "The algorithm that hashes samples (xxhash64)");
  command->add_option("--hash-truncation-length", arguments->truncation_length,
                      "Keep this many characters of a hash: at least 8, or 0 for all (0)");
  command->callback([=] { *run = [=](Session* session) { return Init(*arguments, session); }; });
}

void AddPush(CLI::App* parent, Run* run) {
  CLI::App* command = AddCommand(parent, "push", "Record the current graph in the store",
                                 "  diotima --store meta.db --graph features.toml push\n");
  command->callback([=] { *run = Push; });
}

}  // namespace diotima::cli
