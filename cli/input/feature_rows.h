// What commands that change several features print of it.
#pragma once

#include <diotima/time.h>

#include <optional>
#include <string>
#include <vector>

#include "cli/output/output.h"

namespace diotima::cli {

// [{"feature": …, "rows": …}, …]
Json FeatureRowsJson(const std::vector<std::pair<std::string, uint64_t>>& features);
// Null where nothing was committed.
Json CommitTimeJson(std::optional<Time> commit_time);

}  // namespace diotima::cli
