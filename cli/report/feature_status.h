// Tells how far a feature is behind its upstream.
#pragma once

#include <diotima/store.h>

#include <map>
#include <optional>
#include <string>

#include "cli/output/output.h"
#include "cli/output/progress.h"

namespace diotima::cli {

struct FeatureStatus {
  std::string feature;
  uint64_t rows = 0;                      // samples under the current version
  std::optional<UpdateCounts> increment;  // not of roots, nor where it cannot be computed
  // root: written under the current version. in_sync: so too, nothing is to be done, and nothing
  // upstream is pending. out_of_sync: something is to be done. missing: never written under the
  // current version. blocked: an upstream feature is pending. error.
  std::string state;
  std::string message;  // what stands in the way

  bool in_sync() const { return state == "root" || state == "in_sync"; }
};

// Examines features one by one, each after its upstream features. Not thread-safe.
class StatusExaminer {
 public:
  // Both must outlive it.
  StatusExaminer(Store* store, Progress* progress) : store_(store), progress_(progress) {}

  // Reads all of the feature and of its upstream, as far as it was not examined before. A fault of
  // the feature alone is a state; a fault of the store, or a signal, is an error.
  Result<FeatureStatus> Examine(const std::string& feature);

 private:
  Result<FeatureStatus> ExamineAlone(const std::string& feature);
  Result<bool> IsWritten(const std::string& feature);
  Status FillIncrement(bool written, FeatureStatus* status);
  Result<std::string> PendingUpstream(const std::string& feature);

  Store* const store_;
  Progress* const progress_;
  std::map<std::string, FeatureStatus> examined_;
};

// Returns `feature`, `feature_version`, `rows`, `new`, `stale`, `orphaned`, `progress`, `state`,
// and `message` or `error` if there is one.
Json StatusJson(const FeatureStatus& status, const std::string& feature_version);

}  // namespace diotima::cli
