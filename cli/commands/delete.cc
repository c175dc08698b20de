// `delete`: soft and hard.
#include <diotima/status_macros.h>

#include "cli/commands/command.h"
#include "cli/commands/compact_store.h"
#include "cli/commands/sample_ids.h"
#include "cli/input/feature_rows.h"
#include "cli/output/progress.h"
#include "cli/shell/confirm.h"

namespace diotima::cli {
namespace {

struct DeleteArguments {
  std::vector<std::string> names;
  std::vector<std::string> more_names;  // --feature
  bool all_features = false;
  std::vector<std::string> filters;
  std::string ids;
  std::string soft;
  bool hard = false;
  std::string cascade = "none";
  bool with_feature_history = false;
  bool leave_nothing = false;
  bool dry_run = false;
  bool yes = false;
};

Result<bool> IsSoft(const DeleteArguments& arguments, Session* session) {
  if (arguments.leave_nothing && (!arguments.hard || arguments.ids.empty())) {
    return session->UsageError("--leave-nothing needs --hard, and --ids to name the samples");
  }
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

std::string Question(bool soft, const DeleteResult& counted) {
  std::string names;
  for (const auto& [feature, rows] : counted.features) names += " " + feature;
  const std::string rows = std::to_string(counted.rows);
  return soft ? "Mark all " + rows + " samples of" + names + " as deleted?"
              : "Remove " + rows + " rows of" + names + " forever?";
}

Status Print(const DeleteOptions& options, const DeleteResult& result, std::optional<uint64_t> left,
             Session* session) {
  for (const auto& [feature, rows] : result.other_versions) {
    session->Warn("feature '" + feature + "': " + std::to_string(rows) +
                  " stored rows of other feature versions are left alone: give "
                  "--with-feature-history to include them");
  }
  Json object = {{"mode", options.mode == DeleteMode::kSoft ? "soft" : "hard"},
                 {"dry_run", options.dry_run},
                 {"features", FeatureRowsJson(result.features)}};
  if (left) object["left"] = *left;
  return session->PrintResult(options.dry_run, object);
}

// Compacts what was deleted from, so that no file has the rows any more, and counts what is left.
Result<uint64_t> LeaveNothing(const std::vector<std::string>& names, DeleteOptions options,
                              const DeleteResult& deleted, Store* store, Session* session) {
  DIOTIMA_ASSIGN(const auto written, store->WrittenFeatures());
  std::vector<std::string> features;
  for (const auto& [feature, rows] : deleted.features) {
    if (std::find(written.begin(), written.end(), feature) != written.end()) {
      features.push_back(feature);
    }
  }
  if (!features.empty()) DIOTIMA_TRY(CompactStore(store, features, session).status());
  options.dry_run = true;
  DIOTIMA_ASSIGN(const DeleteResult left, store->Delete(names, options));
  return left.rows;
}

Cascade ParseCascade(const std::string& name) {
  if (name == "downstream") return Cascade::kDownstream;
  if (name == "upstream") return Cascade::kUpstream;
  return name == "both" ? Cascade::kBoth : Cascade::kNone;
}

Status Delete(const DeleteArguments& arguments, Session* session) {
  DIOTIMA_ASSIGN(auto names, Named(arguments, session));
  DeleteOptions options;
  DIOTIMA_ASSIGN(const bool soft, IsSoft(arguments, session));
  options.mode = soft ? DeleteMode::kSoft : DeleteMode::kHard;
  options.cascade = ParseCascade(arguments.cascade);
  options.filters = arguments.filters;
  options.with_feature_history = arguments.with_feature_history || arguments.leave_nothing;
  options.skip_never_written = arguments.all_features;
  const bool all = arguments.filters.empty() && arguments.ids.empty();
  const bool grave = (all || !soft) && !arguments.dry_run && !arguments.yes;
  // `--soft=false` with filters is how scripts for Metaxy spell it, which asks nothing.
  if (grave && (all || arguments.hard)) {
    DIOTIMA_TRY(CheckCanAsk(soft ? "a delete of everything" : "a hard delete", session));
  }
  const bool confirm = grave && CanAsk();
  DIOTIMA_ASSIGN(const auto store,
                 arguments.dry_run ? session->OpenToRead() : session->OpenToChange());
  if (arguments.all_features) names = store->graph().TopologicalOrder();
  DIOTIMA_ASSIGN(options.ids, ReadSampleIds(arguments.ids, names.front(), store.get(), *session));
  Progress progress(session->shows_progress(), "delete");
  options.progress = progress.RowCallback();
  if (arguments.dry_run || confirm) {
    options.dry_run = true;
    DIOTIMA_ASSIGN(const DeleteResult counted, store->Delete(names, options));
    progress.Clear();
    if (arguments.dry_run) return Print(options, counted, std::nullopt, session);
    DIOTIMA_TRY(Confirm(Question(soft, counted)));
    options.dry_run = false;
  }
  DIOTIMA_ASSIGN(const DeleteResult result, store->Delete(names, options));
  progress.Clear();
  std::optional<uint64_t> left;
  if (arguments.leave_nothing) {
    DIOTIMA_ASSIGN(left, LeaveNothing(names, options, result, store.get(), session));
  }
  return Print(options, result, left, session);
}

void AddSelection(CLI::App* command, DeleteArguments* arguments) {
  command->add_option("FEATURE", arguments->names, "The features");
  AddRepeated(command, "--feature", &arguments->more_names, "A feature", "FEATURE");
  command->add_flag("--all-features", arguments->all_features, "Every feature of the graph");
  AddRepeated(command, "--filter", &arguments->filters,
              "Only rows that match this SQL condition; several conditions must all match");
  AddSampleIds(command, "--ids", &arguments->ids,
               "Only the samples in this file: rows with the id columns of the first feature");
  command->add_flag("--with-feature-history", arguments->with_feature_history,
                    "Rows of all feature versions");
  command->add_flag("--leave-nothing", arguments->leave_nothing,
                    "With --hard --ids: all feature versions, then compact and count what is left");
  AddChoice(command, "--cascade", &arguments->cascade, {"none", "downstream", "upstream", "both"},
            "Delete from other features too: dependents, dependencies, or both (none)");
}

}  // namespace

void AddDelete(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<DeleteArguments>();
  CLI::App* command = AddCommand(
      parent, "delete", "Mark samples as deleted, or remove their rows",
      "  diotima --store meta.db delete video/raw --filter \"video_id = 'v7'\"\n"
      "  diotima --store meta.db delete video/raw --hard --filter \"score < 0\" --dry-run\n"
      "  diotima --store meta.db delete video/raw --cascade downstream --dry-run\n"
      "  diotima --store meta.db delete video/raw --hard --ids withdrawn.csv --yes\n"
      "  diotima --store meta.db delete video/raw --hard --with-feature-history --yes\n");
  AddSelection(command, arguments.get());
  command->add_flag("--soft{true}", arguments->soft, "Mark them (default); --soft=false is --hard");
  command->add_flag("--hard", arguments->hard, "Remove the rows, history included");
  command->add_flag("--dry-run", arguments->dry_run, "Say how many rows, change nothing");
  command->add_flag("--yes", arguments->yes, "Do not ask");
  command->callback([=] { *run = [=](Session* session) { return Delete(*arguments, session); }; });
}

}  // namespace diotima::cli
