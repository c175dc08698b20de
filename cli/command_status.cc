// `status`: how far each feature is behind what it is made from.
#include "cli/command.h"
#include "cli/live_rows.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "codec/status_macros.h"

namespace diotima::cli {
namespace {

struct StatusArguments {
  std::vector<std::string> features;
  bool progress = false;
  bool assert_in_sync = false;
};

struct FeatureStatus {
  std::string feature;
  uint64_t rows = 0;
  std::optional<Increment> increment;  // not of roots, nor where it cannot be computed
  std::string state;
  std::string message;  // what stands in the way
  bool failed = false;

  bool in_sync() const {
    return !failed &&
           (!increment || increment->new_rows + increment->stale + increment->orphaned == 0);
  }
};

// The feature's place in the definitions or the store is wrong, the store as such is not.
bool ConcernsFeature(StatusCode code) {
  return code == StatusCode::kNotFound || code == StatusCode::kInvalidArgument ||
         code == StatusCode::kSchemaMismatch || code == StatusCode::kNotSupported;
}

Result<Increment> CountChanges(Store* store, const std::string& feature, Progress* progress) {
  DIOTIMA_ASSIGN(UpdateCursor cursor, store->ResolveUpdate(feature));
  for (uint64_t steps = 0; cursor.Valid(); cursor.Next(), ++steps) {
    progress->Add(1);
    if (steps % 1024 == 0) DIOTIMA_TRY(CheckInterrupt());
  }
  DIOTIMA_TRY(cursor.status());
  return cursor.counts();
}

Status FillIncrement(Store* store, Progress* progress, FeatureStatus* status) {
  auto increment = CountChanges(store, status->feature, progress);
  if (increment.ok()) {
    status->increment = *increment;
    status->state = status->in_sync() ? "in_sync" : "out_of_sync";
    return Status::Ok();
  }
  if (InterruptSignal() != 0 || !ConcernsFeature(increment.status().code())) {
    return increment.status();
  }
  status->failed = increment.status().code() != StatusCode::kNotFound;
  status->state = status->failed ? "error" : "waiting";
  status->message = increment.status().message();
  return Status::Ok();
}

Result<FeatureStatus> Examine(Store* store, const std::string& feature, Progress* progress) {
  FeatureStatus status;
  status.feature = feature;
  const auto rows = CountLiveRows(store, feature);
  if (!rows.ok()) {
    if (InterruptSignal() != 0 || !ConcernsFeature(rows.status().code())) return rows.status();
    status.failed = true;
    status.state = "error";
    status.message = rows.status().message();
    return status;
  }
  status.rows = *rows;
  progress->Add(*rows);
  if (store->graph().IsRoot(feature)) {
    status.state = "root";
    return status;
  }
  DIOTIMA_TRY(FillIncrement(store, progress, &status));
  return status;
}

Json ToJson(const FeatureStatus& status, const std::string& feature_version) {
  const auto& increment = status.increment;
  Json object;
  object["feature"] = status.feature;
  object["feature_version"] = feature_version;
  object["rows"] = status.rows;
  object["new"] = increment ? Json(increment->new_rows) : Json();
  object["stale"] = increment ? Json(increment->stale) : Json();
  object["orphaned"] = increment ? Json(increment->orphaned) : Json();
  object["progress"] = increment && increment->progress ? Json(*increment->progress) : Json();
  object["state"] = status.state;
  if (!status.message.empty()) object[status.failed ? "error" : "message"] = status.message;
  return object;
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
    for (const auto& feature : features) {
      DIOTIMA_ASSIGN(const FeatureStatus status, Examine(store.get(), feature, &progress));
      const auto& versions = store->graph().Versions(feature, store->hasher().truncation_length);
      objects.push_back(ToJson(status, versions.feature_version));
      if (!status.in_sync()) behind += (behind.empty() ? "" : ", ") + feature;
    }
  }
  DIOTIMA_TRY(PrintObjects(session->output(), session->format(), objects));
  if (!arguments.assert_in_sync || behind.empty()) return Status::Ok();
  return session->NotInSync("not in sync: " + behind);
}

}  // namespace

void AddStatus(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<StatusArguments>();
  CLI::App* command = AddCommand(parent, "status", "Rows of each feature, and what is to be done",
                                 "  diotima --store meta.db status\n"
                                 "  diotima --store meta.db status video/crop --assert-in-sync\n");
  command->add_option("FEATURE", arguments->features, "The features (all)");
  command->add_flag("--progress", arguments->progress,
                    "The share of the input that is computed (always shown)");
  command->add_flag("--assert-in-sync", arguments->assert_in_sync,
                    "Fail when anything is new, stale or orphaned");
  command->callback(
      [=] { *run = [=](Session* session) { return ShowStatus(*arguments, session); }; });
}

}  // namespace diotima::cli
