#include "cli/scan/path_pattern.h"

#include <fnmatch.h>

namespace diotima::cli {
namespace {

using Parts = std::vector<std::string>;

Parts Split(std::string_view path) {
  Parts parts(1);
  for (const char c : path) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// Step by step over the parts of the path: which prefixes of the pattern match what was passed.
bool Match(const Parts& path, const Parts& pattern) {
  std::vector<bool> reached(pattern.size() + 1);
  reached[0] = true;
  auto pass_stars = [&] {
    for (size_t i = 0; i < pattern.size(); ++i) {
      if (reached[i] && pattern[i] == "**") reached[i + 1] = true;
    }
  };
  pass_stars();
  for (const auto& part : path) {
    std::vector<bool> next(pattern.size() + 1);
    for (size_t i = 0; i < pattern.size(); ++i) {
      if (!reached[i]) continue;
      if (pattern[i] == "**")
        next[i] = true;
      else if (fnmatch(pattern[i].c_str(), part.c_str(), 0) == 0)
        next[i + 1] = true;
    }
    reached = std::move(next);
    pass_stars();
  }
  return reached[pattern.size()];
}

}  // namespace

bool MatchesPattern(std::string_view path, std::string_view pattern) {
  if (pattern.find('/') == std::string_view::npos) {
    const size_t slash = path.rfind('/');
    if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  }
  return Match(Split(path), Split(pattern));
}

}  // namespace diotima::cli
