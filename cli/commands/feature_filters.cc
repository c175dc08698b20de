#include "cli/commands/feature_filters.h"

#include <algorithm>
#include <cctype>

namespace diotima::cli {
namespace {

bool IsFeatureKey(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_' || c == '-' || c == '/';
  });
}

}  // namespace

Result<std::map<std::string, std::vector<std::string>>> SplitFilters(
    const std::vector<std::string>& filters, Session* session) {
  std::map<std::string, std::vector<std::string>> by_feature;
  for (const auto& filter : filters) {
    const size_t end = filter.find('=');
    const std::string feature = filter.substr(0, end);
    if (end == std::string::npos || !IsFeatureKey(feature)) {
      return session->UsageError("--filter takes FEATURE=TEXT, not '" + filter +
                                 "': a filter of all features is --global-filter");
    }
    by_feature[feature].push_back(filter.substr(end + 1));
  }
  return by_feature;
}

}  // namespace diotima::cli
