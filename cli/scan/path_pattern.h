// Patterns for the paths of files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diotima::cli {

// Whether a relative path matches: part by part as in a shell, where the part `**` stands for any
// number of directories. A pattern of one part is for the file's name, in whatever directory.
bool MatchesPattern(std::string_view path, std::string_view pattern);

}  // namespace diotima::cli
