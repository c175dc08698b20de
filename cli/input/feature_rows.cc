#include "cli/input/feature_rows.h"

#include <diotima/text.h>

namespace diotima::cli {

Json FeatureRowsJson(const std::vector<std::pair<std::string, uint64_t>>& features) {
  Json out = Json::array();
  for (const auto& [feature, rows] : features)
    out.push_back({{"feature", feature}, {"rows", rows}});
  return out;
}

Json CommitTimeJson(int64_t commit_time) {
  return commit_time == 0 ? Json() : Json(TimestampText(commit_time));
}

}  // namespace diotima::cli
