// `delete`: soft and hard.
#include <poll.h>
#include <unistd.h>

#include <cstdio>

#include "cli/command.h"
#include "cli/feature_rows.h"
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

Status Confirm(const DeleteResult& counted) {
  std::string names;
  for (const auto& [feature, rows] : counted.features) names += " " + feature;
  std::fprintf(stderr, "Remove %llu rows of%s for good? [y/N] ",
               static_cast<unsigned long long>(counted.rows), names.c_str());
  DIOTIMA_ASSIGN(const std::string answer, ReadAnswer());
  if (answer == "y\n" || answer == "Y\n" || answer == "yes\n") return Status::Ok();
  return Status::InvalidArgument("nothing was deleted: the answer was not yes");
}

Status Print(const DeleteOptions& options, const DeleteResult& result, Session* session) {
  return PrintObject(session->output(), session->format(),
                     {{"mode", options.soft ? "soft" : "hard"},
                      {"dry_run", options.dry_run},
                      {"features", FeatureRowsJson(result.features)}});
}

Cascade ParseCascade(const std::string& name) {
  if (name == "downstream") return Cascade::kDownstream;
  if (name == "upstream") return Cascade::kUpstream;
  return name == "both" ? Cascade::kBoth : Cascade::kNone;
}

Status Delete(const DeleteArguments& arguments, Session* session) {
  DIOTIMA_ASSIGN(auto names, Named(arguments, session));
  DeleteOptions options;
  DIOTIMA_ASSIGN(options.soft, IsSoft(arguments, session));
  options.cascade = ParseCascade(arguments.cascade);
  options.filters = arguments.filters;
  options.with_feature_history = arguments.with_feature_history;
  options.skip_never_written = arguments.all_features;
  const bool confirm =
      !options.soft && arguments.filters.empty() && !arguments.dry_run && !arguments.yes;
  if (confirm && (isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0)) {
    return session->UsageError("a hard delete without filters needs --yes");
  }
  DIOTIMA_ASSIGN(const auto store,
                 arguments.dry_run ? session->OpenToRead() : session->OpenToChange());
  if (arguments.all_features) names = store->graph().TopologicalOrder();
  if (arguments.dry_run || confirm) {
    options.dry_run = true;
    DIOTIMA_ASSIGN(const DeleteResult counted, store->Delete(names, options));
    if (arguments.dry_run) return Print(options, counted, session);
    DIOTIMA_TRY(Confirm(counted));
    options.dry_run = false;
  }
  DIOTIMA_ASSIGN(const DeleteResult result, store->Delete(names, options));
  return Print(options, result, session);
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
            "Features to delete from as well: dependents, dependencies, or both (none)");
}

}  // namespace

void AddDelete(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<DeleteArguments>();
  CLI::App* command = AddCommand(
      parent, "delete", "Mark samples as deleted, or remove their rows",
      "  diotima --store meta.db delete video/raw --filter \"video_id = 'v7'\"\n"
      "  diotima --store meta.db delete video/raw --hard --filter \"score < 0\" --dry-run\n"
      "  diotima --store meta.db delete video/raw --cascade downstream --dry-run\n"
      "  diotima --store meta.db delete video/raw --hard --with-feature-history --yes\n");
  AddSelection(command, arguments.get());
  command->add_flag("--soft{true}", arguments->soft, "Mark them (default); --soft=false is --hard");
  command->add_flag("--hard", arguments->hard, "Remove the rows, history included");
  command->add_flag("--dry-run", arguments->dry_run, "Say how many rows, change nothing");
  command->add_flag("--yes", arguments->yes, "Do not ask");
  command->callback([=] { *run = [=](Session* session) { return Delete(*arguments, session); }; });
}

}  // namespace diotima::cli
