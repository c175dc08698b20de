// `status`: how far each feature is behind what it is made from.
#include <diotima/status_macros.h>

#include "cli/commands/command.h"
#include "cli/report/feature_status.h"
#include "cli/report/unknown_versions.h"

namespace diotima::cli {
namespace {

struct StatusArguments {
  std::vector<std::string> features;
  bool progress = false;
  bool assert_in_sync = false;
};

// What is to be done stands out.
Colour ColourOfMember(const std::string& member, const Json& value) {
  const bool some = value.is_number() && value > 0;
  if (member == "new" || member == "stale") return some ? Colour::kYellow : Colour::kNone;
  if (member == "orphaned") return some ? Colour::kMagenta : Colour::kNone;
  if (member == "error") return Colour::kRed;
  if (member != "state") return Colour::kNone;
  if (value == "in_sync") return Colour::kGreen;
  if (value == "error") return Colour::kRed;
  return value == "root" ? Colour::kNone : Colour::kYellow;
}

// Those asked for, or all; dependencies first.
Result<std::vector<std::string>> Select(const Graph& graph, const std::vector<std::string>& asked) {
  for (const auto& feature : asked) DIOTIMA_TRY(graph.Get(feature).status());
  std::vector<std::string> selected = graph.TopologicalOrder();
  if (asked.empty()) return selected;
  std::erase_if(selected, [&](const auto& feature) {
    return std::find(asked.begin(), asked.end(), feature) == asked.end();
  });
  return selected;
}

Status ShowStatus(const StatusArguments& arguments, Session* session) {
  DIOTIMA_ASSIGN(const auto store, session->OpenToRead());
  DIOTIMA_ASSIGN(const auto features, Select(store->graph(), arguments.features));
  std::vector<Json> objects;
  std::string behind;
  {
    Progress progress(session->shows_progress(), "status");
    UnknownVersions unknown(store.get());
    StatusExaminer examiner(store.get(), &progress);
    for (const auto& feature : features) {
      DIOTIMA_ASSIGN(const FeatureStatus status, examiner.Examine(feature));
      unknown.Warn(feature, session);
      const auto& versions = store->graph().Versions(feature, store->hasher().truncation_length);
      objects.push_back(StatusJson(status, versions.feature_version));
      if (!status.in_sync()) {
        behind += (behind.empty() ? "" : ", ") + feature + " (" + status.state + ")";
      }
    }
  }
  DIOTIMA_TRY(PrintObjects(session->output(), session->format(), objects, ColourOfMember));
  if (!arguments.assert_in_sync || behind.empty()) return Status::Ok();
  return session->NotInSync("not in sync: " + behind);
}

}  // namespace

void AddStatus(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<StatusArguments>();
  CLI::App* command = AddCommand(
      parent, "status", "Show the rows of each feature, and how many are new, stale or orphaned",
      "  diotima --store meta.db status\n"
      "  diotima --store meta.db status video/crop --assert-in-sync\n");
  command->add_option("FEATURE", arguments->features, "The features (all)");
  command->add_flag("--progress", arguments->progress,
                    "The share of the input that is computed (always shown)");
  command->add_flag("--assert-in-sync", arguments->assert_in_sync,
                    "Exit with 4 unless each feature was computed under its current version and "
                    "nothing is new, stale or orphaned, upstream neither");
  command->callback(
      [=] { *run = [=](Session* session) { return ShowStatus(*arguments, session); }; });
}

}  // namespace diotima::cli
