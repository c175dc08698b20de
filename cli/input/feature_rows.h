// Prints the rows of commands that change several features.
#pragma once

#include <diotima/time.h>

#include <optional>
#include <string>
#include <vector>

#include "cli/output/output.h"

namespace diotima::cli {

// Returns [{"feature": …, "rows": …}, …].
Json FeatureRowsJson(const std::vector<std::pair<std::string, uint64_t>>& features);
// Returns the commit time, or null if nothing was committed.
Json CommitTimeJson(std::optional<Time> commit_time);

}  // namespace diotima::cli
