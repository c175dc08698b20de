#include "cli/report/feature_status.h"

#include <diotima/status_macros.h>

#include "cli/output/live_rows.h"
#include "cli/signals.h"

namespace diotima::cli {
namespace {

// The feature's place in the definitions or the store is wrong, the store as such is not.
bool ConcernsFeature(StatusCode code) {
  return code == StatusCode::kNotFound || code == StatusCode::kInvalidArgument ||
         code == StatusCode::kSchemaMismatch || code == StatusCode::kNotSupported;
}

Result<UpdateCounts> CountChanges(Store* store, const std::string& feature, Progress* progress) {
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

}  // namespace

Result<FeatureStatus> ExamineFeature(Store* store, const std::string& feature, Progress* progress) {
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

Json StatusJson(const FeatureStatus& status, const std::string& feature_version) {
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

}  // namespace diotima::cli
