// Tells how far a feature is behind its upstream.
#pragma once

#include <diotima/store.h>

#include <optional>
#include <string>

#include "cli/output/output.h"
#include "cli/output/progress.h"

namespace diotima::cli {

struct FeatureStatus {
  std::string feature;
  uint64_t rows = 0;
  std::optional<UpdateCounts> increment;  // not of roots, nor where it cannot be computed
  std::string state;                      // root, in_sync, out_of_sync, waiting or error
  std::string message;                    // what stands in the way
  bool failed = false;

  bool in_sync() const {
    return !failed &&
           (!increment || increment->new_rows + increment->stale + increment->orphaned == 0);
  }
};

// Reads all of the feature and of its upstream. A fault of the feature alone is a state; a fault of
// the store, or a signal, is an error.
Result<FeatureStatus> ExamineFeature(Store* store, const std::string& feature, Progress* progress);

// Returns `feature`, `feature_version`, `rows`, `new`, `stale`, `orphaned`, `progress`, `state`,
// and `message` or `error` if there is one.
Json StatusJson(const FeatureStatus& status, const std::string& feature_version);

}  // namespace diotima::cli
