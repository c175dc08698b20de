#include "cli/report/feature_status.h"

#include <diotima/status_macros.h>

#include <algorithm>

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

}  // namespace

// Whether it was written under the current version.
Result<bool> StatusExaminer::IsWritten(const std::string& feature) {
  const auto info = store_->Describe(feature);
  if (info.status().code() == StatusCode::kNotFound) return false;
  DIOTIMA_TRY(info.status());
  const std::string current =
      store_->graph().Versions(feature, store_->hasher().truncation_length).feature_version;
  return std::any_of(info->versions.begin(), info->versions.end(),
                     [&](const auto& version) { return version.feature_version == current; });
}

Status StatusExaminer::FillIncrement(bool written, FeatureStatus* status) {
  auto increment = CountChanges(store_, status->feature, progress_);
  if (!increment.ok()) {
    if (InterruptSignal() != 0 || !ConcernsFeature(increment.status().code())) {
      return increment.status();
    }
    status->state = "error";
    status->message = increment.status().message();
    return Status::Ok();
  }
  status->increment = *increment;
  const bool pending =
      increment->new_samples + increment->stale_samples + increment->orphaned_samples > 0;
  status->state = !written ? "missing" : pending ? "out_of_sync" : "in_sync";
  return Status::Ok();
}

// The first upstream feature that is not in sync; empty if all are.
Result<std::string> StatusExaminer::PendingUpstream(const std::string& feature) {
  DIOTIMA_ASSIGN(const FeatureSpec* spec, store_->graph().Get(feature));
  for (const FeatureDep& dep : spec->deps) {
    DIOTIMA_ASSIGN(const FeatureStatus upstream, Examine(dep.feature));
    if (!upstream.in_sync()) return dep.feature;
  }
  return std::string();
}

Result<FeatureStatus> StatusExaminer::Examine(const std::string& feature) {
  if (const auto it = examined_.find(feature); it != examined_.end()) return it->second;
  DIOTIMA_ASSIGN(FeatureStatus status, ExamineAlone(feature));
  return examined_[feature] = std::move(status);
}

Result<FeatureStatus> StatusExaminer::ExamineAlone(const std::string& feature) {
  FeatureStatus status;
  status.feature = feature;
  const auto rows = CountLiveRows(store_, feature);
  if (!rows.ok()) {
    if (InterruptSignal() != 0 || !ConcernsFeature(rows.status().code())) return rows.status();
    status.state = "error";
    status.message = rows.status().message();
    return status;
  }
  status.rows = *rows;
  progress_->Add(*rows);
  DIOTIMA_ASSIGN(const bool written, IsWritten(feature));
  if (store_->graph().IsRoot(feature)) {
    // A fallback store may have it.
    const bool there = written || (*rows > 0 && store_->SourcePath(feature).ok());
    status.state = there ? "root" : "missing";
    return status;
  }
  DIOTIMA_ASSIGN(const std::string pending, PendingUpstream(feature));
  if (!pending.empty() && !store_->SourcePath(pending).ok()) {
    status.state = "blocked";
    status.message = "waits for '" + pending + "', which was never written";
    return status;
  }
  DIOTIMA_TRY(FillIncrement(written, &status));
  if (!pending.empty() && status.state == "in_sync") {
    status.state = "blocked";
    status.message = "waits for '" + pending + "'";
  }
  return status;
}

Json StatusJson(const FeatureStatus& status, const std::string& feature_version) {
  const auto& increment = status.increment;
  Json object;
  object["feature"] = status.feature;
  object["feature_version"] = feature_version;
  object["rows"] = status.rows;
  object["new"] = increment ? Json(increment->new_samples) : Json();
  object["stale"] = increment ? Json(increment->stale_samples) : Json();
  object["orphaned"] = increment ? Json(increment->orphaned_samples) : Json();
  object["progress"] = increment && increment->progress ? Json(*increment->progress) : Json();
  object["state"] = status.state;
  if (!status.message.empty())
    object[status.state == "error" ? "error" : "message"] = status.message;
  return object;
}

}  // namespace diotima::cli
