// `compact`: what was deleted leaves the files.
#include <diotima/status_macros.h>

#include <chrono>

#include "cli/commands/command.h"
#include "cli/commands/compact_store.h"

namespace diotima::cli {
namespace {

Status Compact(const std::vector<std::string>& features, Session* session) {
  const auto start = std::chrono::steady_clock::now();
  DIOTIMA_ASSIGN(auto store, session->OpenToChange());
  DIOTIMA_ASSIGN(const CompactResult result, CompactStore(store.get(), features, session));
  // RocksDB's manifest, which has keys too, is written anew by opening.
  store.reset();
  DIOTIMA_ASSIGN(store, session->OpenToChange());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return session->PrintResult(/*dry_run=*/false, {{"bytes_before", result.bytes_before},
                                                  {"bytes_after", result.bytes_after},
                                                  {"seconds", seconds.count()}});
}

}  // namespace

void AddCompact(CLI::App* parent, Run* run) {
  auto features = std::make_shared<std::vector<std::string>>();
  CLI::App* command =
      AddCommand(parent, "compact", "Rewrite the files, so that no file holds deleted rows",
                 "  diotima --store meta.db compact\n"
                 "  diotima --store meta.db compact video/raw video/crop\n");
  command->add_option("FEATURE", *features, "The features (all)");
  command->callback([=] { *run = [=](Session* session) { return Compact(*features, session); }; });
}

}  // namespace diotima::cli
