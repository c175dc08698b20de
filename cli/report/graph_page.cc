#include "cli/report/graph_page.h"

#include <diotima/status_macros.h>
#include <diotima/text.h>

#include <chrono>

#include "cli/report/feature_json.h"
#include "cli/report/feature_status.h"
#include "cli/report/graph_page_html.h"

namespace diotima::cli {
namespace {

std::string Now() {
  return TimestampText(std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()));
}

// What `describe` tells of a feature, with what `status` tells as a member.
Result<Json> PageFeature(const GraphSource& source, const std::string& feature, bool counts,
                         StatusExaminer* examiner) {
  DIOTIMA_ASSIGN(Json object, FeatureJson(source, feature, counts));
  object["status"] = Json();
  if (!counts) return object;
  DIOTIMA_ASSIGN(const FeatureStatus status, examiner->Examine(feature));
  object["rows"] = status.rows;
  object["status"] = StatusJson(status, object["feature_version"]);
  return object;
}

// For a script element, which ends at the first `</script`, wherever it stands.
std::string ForScript(const Json& value) {
  std::string text;
  for (const char c : JsonText(value)) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

Result<std::string> GraphPage(const GraphSource& source, bool counts, Progress* progress) {
  counts = counts && source.store != nullptr;
  Json features = Json::array();
  StatusExaminer examiner(source.store.get(), progress);
  for (const auto& feature : source.graph.TopologicalOrder()) {
    DIOTIMA_ASSIGN(Json object, PageFeature(source, feature, counts, &examiner));
    features.push_back(std::move(object));
  }
  Json data;
  data["project_version"] = source.graph.ProjectVersion(source.truncation_length);
  data["store"] = source.store ? Json(source.store->path()) : Json();
  data["counted_at"] = counts ? Json(Now()) : Json();
  data["features"] = std::move(features);

  std::string page(kGraphPageHtml);
  constexpr std::string_view kPlace = "@data@";
  page.replace(page.find(kPlace), kPlace.size(), ForScript(data));
  return page;
}

}  // namespace diotima::cli
