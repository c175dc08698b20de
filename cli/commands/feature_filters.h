// Parses `--filter FEATURE=TEXT`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/session.h"

namespace diotima::cli {

// Returns the filters by feature. No feature key has a `=`, so the first one ends it.
Result<std::map<std::string, std::vector<std::string>>> SplitFilters(
    const std::vector<std::string>& filters, Session* session);

}  // namespace diotima::cli
