// Matches paths of files with patterns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diotima::cli {

// Returns whether a relative path matches, part by part as in a shell; the part `**` stands for any
// number of directories. A pattern of one part matches the name of a file in any directory.
bool MatchesPattern(std::string_view path, std::string_view pattern);

}  // namespace diotima::cli
