#include "cli/report/unknown_versions.h"

#include <diotima/status_macros.h>

#include "codec/base/messages.h"

namespace diotima::cli {

Status UnknownVersions::ReadPushed() {
  if (pushed_) return Status::Ok();
  std::set<std::string> versions;
  DIOTIMA_ASSIGN(const auto snapshots, store_->Snapshots());
  for (const auto& snapshot : snapshots) {
    DIOTIMA_ASSIGN(const Graph graph, store_->SnapshotGraph(snapshot.project_version));
    for (const auto& spec : graph.features()) {
      versions.insert(graph.Versions(spec.key, store_->hasher().truncation_length).feature_version);
    }
  }
  pushed_ = std::move(versions);
  return Status::Ok();
}

Result<std::vector<std::string>> UnknownVersions::Select(const std::string& feature,
                                                         bool with_rows) {
  std::vector<std::string> unknown;
  const auto info = store_->Describe(feature, /*count_rows=*/with_rows);
  if (info.status().code() == StatusCode::kNotFound) return unknown;
  DIOTIMA_TRY(info.status());
  const std::string current =
      store_->graph().Versions(feature, store_->hasher().truncation_length).feature_version;
  for (const auto& version : info->versions) {
    if ((with_rows && version.rows == 0) || version.feature_version == current) continue;
    DIOTIMA_TRY(ReadPushed());
    if (!pushed_->contains(version.feature_version)) unknown.push_back(version.feature_version);
  }
  return unknown;
}

Result<std::vector<std::string>> UnknownVersions::Of(const std::string& feature) {
  DIOTIMA_ASSIGN(const auto unknown, Select(feature, /*with_rows=*/false));
  if (unknown.empty()) return unknown;
  return Select(feature, /*with_rows=*/true);  // counting may take a scan
}

void UnknownVersions::Warn(const std::string& feature, Session* session) {
  const auto unknown = Of(feature);
  if (!unknown.ok() || unknown->empty()) return;
  session->Warn("feature '" + feature + "' has rows of versions that no pushed graph has (" +
                Join(*unknown) + "): were they written under other hash settings or definitions?");
}

}  // namespace diotima::cli
