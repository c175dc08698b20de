#include "cli/input/feature_rows.h"

#include <diotima/text.h>

namespace diotima::cli {

Json FeatureRowsJson(const std::vector<std::pair<std::string, uint64_t>>& features) {
  Json out = Json::array();
  for (const auto& [feature, rows] : features)
    out.push_back({{"feature", feature}, {"rows", rows}});
  return out;
}

Json CommitTimeJson(std::optional<Time> commit_time) {
  return commit_time ? Json(TimestampText(*commit_time)) : Json();
}

}  // namespace diotima::cli
