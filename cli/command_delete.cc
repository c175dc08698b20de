// `delete`: soft and hard.
#include <poll.h>
#include <unistd.h>

#include <cstdio>

#include "cli/command.h"
#include "cli/signals.h"
#include "codec/status_macros.h"

namespace diotima::cli {
namespace {

struct DeleteArguments {
  std::vector<std::string> names;
  std::vector<std::string> more_names;  // --feature
  bool all_features = false;
  std::vector<std::string> filters;
  std::string soft;
  bool hard = false;
  std::string cascade = "none";
  bool with_feature_history = false;
  bool dry_run = false;
  bool yes = false;
};

struct Deletion {
  DeleteOptions options;
  std::vector<std::pair<std::string, uint64_t>> features;  // and the rows of each
};

Result<bool> IsSoft(const DeleteArguments& arguments, Session* session) {
  if (arguments.soft.empty()) return !arguments.hard;
  if (arguments.soft != "true" && arguments.soft != "false") {
    return session->UsageError("--soft is true or false, not '" + arguments.soft + "'");
  }
  const bool soft = arguments.soft == "true";
  if (soft && arguments.hard) return session->UsageError("give --soft or --hard, not both");
  return soft;
}

// The features named, each once.
Result<std::vector<std::string>> Named(const DeleteArguments& arguments, Session* session) {
  std::vector<std::string> names;
  for (const auto* list : {&arguments.names, &arguments.more_names}) {
    for (const auto& name : *list) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  if (names.empty() != arguments.all_features) {
    return session->UsageError(names.empty() ? "delete: name a feature, or give --all-features"
                                             : "delete: name features or give --all-features, "
                                               "not both");
  }
  return names;
}

// A line from standard input, that Ctrl-C ends.
Result<std::string> ReadAnswer() {
  std::string answer;
  for (char byte = 0; byte != '\n';) {
    pollfd waiting[] = {{STDIN_FILENO, POLLIN, 0}, {InterruptDescriptor(), POLLIN, 0}};
    if (poll(waiting, 2, -1) < 0) continue;
    DIOTIMA_TRY(CheckInterrupt());
    if (read(STDIN_FILENO, &byte, 1) != 1) break;
    answer += byte;
  }
  return answer;
}

Status Confirm(const Deletion& deletion) {
  uint64_t rows = 0;
  std::string names;
  for (const auto& [feature, count] : deletion.features) {
    rows += count;
    names += " " + feature;
  }
  std::fprintf(stderr, "Remove %llu rows of%s for good? [y/N] ",
               static_cast<unsigned long long>(rows), names.c_str());
  DIOTIMA_ASSIGN(const std::string answer, ReadAnswer());
  if (answer == "y\n" || answer == "Y\n" || answer == "yes\n") return Status::Ok();
  return Status::InvalidArgument("nothing was deleted: the answer was not yes");
}

// What would be deleted: every feature is looked at before one is touched.
Status Count(Store* store, bool all_features, Deletion* deletion) {
  DeleteOptions options = deletion->options;
  options.dry_run = true;
  for (auto& [feature, rows] : deletion->features) {
    const auto result = store->Delete(feature, options);
    // Among all features some may never have been written.
    const bool missing = !result.ok() && result.status().code() == StatusCode::kNotFound;
    if (missing && all_features) continue;
    DIOTIMA_TRY(result.status());
    rows = result->rows;
    DIOTIMA_TRY(CheckInterrupt());
  }
  return Status::Ok();
}

Status Apply(Store* store, Deletion* deletion) {
  for (auto& [feature, rows] : deletion->features) {
    if (rows == 0) continue;
    DIOTIMA_ASSIGN(const DeleteResult result, store->Delete(feature, deletion->options));
    rows = result.rows;
  }
  return Status::Ok();
}

Status Print(const Deletion& deletion, bool dry_run, Session* session) {
  Json features = Json::array();
  for (const auto& [feature, rows] : deletion.features) {
    features.push_back({{"feature", feature}, {"rows", rows}});
  }
  return PrintObject(session->output(), session->format(),
                     {{"mode", deletion.options.soft ? "soft" : "hard"},
                      {"dry_run", dry_run},
                      {"features", std::move(features)}});
}

Status Delete(const DeleteArguments& arguments, Session* session) {
  DIOTIMA_ASSIGN(auto names, Named(arguments, session));
  Deletion deletion;
  DIOTIMA_ASSIGN(deletion.options.soft, IsSoft(arguments, session));
  if (arguments.cascade != "none") {
    return Status::NotSupported("--cascade " + arguments.cascade +
                                " is not supported yet: name the features one by one");
  }
  deletion.options.filters = arguments.filters;
  deletion.options.with_feature_history = arguments.with_feature_history;
  const bool confirm =
      !deletion.options.soft && arguments.filters.empty() && !arguments.dry_run && !arguments.yes;
  if (confirm && (isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0)) {
    return session->UsageError("a hard delete without filters needs --yes");
  }
  DIOTIMA_ASSIGN(const auto store,
                 arguments.dry_run ? session->OpenToRead() : session->OpenToChange());
  if (arguments.all_features) names = store->graph().TopologicalOrder();
  for (const auto& name : names) deletion.features.emplace_back(name, 0);
  DIOTIMA_TRY(Count(store.get(), arguments.all_features, &deletion));
  if (confirm) DIOTIMA_TRY(Confirm(deletion));
  if (!arguments.dry_run) DIOTIMA_TRY(Apply(store.get(), &deletion));
  return Print(deletion, arguments.dry_run, session);
}

void AddSelection(CLI::App* command, DeleteArguments* arguments) {
  command->add_option("FEATURE", arguments->names, "The features");
  AddRepeated(command, "--feature", &arguments->more_names, "A feature", "FEATURE");
  command->add_flag("--all-features", arguments->all_features, "Every feature of the graph");
  AddRepeated(command, "--filter", &arguments->filters,
              "Rows that this SQL condition holds for; several must all hold");
  command->add_flag("--with-feature-history", arguments->with_feature_history,
                    "Rows of all feature versions");
  AddChoice(command, "--cascade", &arguments->cascade, {"none", "downstream", "upstream", "both"},
            "Features to take along (none; others come later)");
}

}  // namespace

void AddDelete(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<DeleteArguments>();
  CLI::App* command = AddCommand(
      parent, "delete", "Mark samples as deleted, or remove their rows",
      "  diotima --store meta.db delete video/raw --filter \"video_id = 'v7'\"\n"
      "  diotima --store meta.db delete video/raw --hard --filter \"score < 0\" --dry-run\n"
      "  diotima --store meta.db delete video/raw --hard --with-feature-history --yes\n");
  AddSelection(command, arguments.get());
  command->add_flag("--soft{true}", arguments->soft, "Mark them (default); --soft=false is --hard");
  command->add_flag("--hard", arguments->hard, "Remove the rows, history included");
  command->add_flag("--dry-run", arguments->dry_run, "Say how many rows, change nothing");
  command->add_flag("--yes", arguments->yes, "Do not ask");
  command->callback([=] { *run = [=](Session* session) { return Delete(*arguments, session); }; });
}

}  // namespace diotima::cli
