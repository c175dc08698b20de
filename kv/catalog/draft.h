// A commit's drafts of catalog entries, from one base state.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kv/catalog/feature_draft.h"

namespace diotima {

// Not thread-safe.
class CatalogDraft {
 public:
  explicit CatalogDraft(std::shared_ptr<const CatalogState> base) : base_(std::move(base)) {}

  const std::shared_ptr<const CatalogState>& base() const { return base_; }
  FeatureDraft* Feature(const std::string& feature);
  // The id of a project version, given out if it is new.
  uint32_t Project(std::string_view project_version);
  // As of this commit.
  VersionUpkeep Upkeep(VersionId version) const {
    const auto it = upkeep_.find(version);
    return it == upkeep_.end() ? base_->Upkeep(version) : it->second;
  }
  void SetUpkeep(VersionId version, const VersionUpkeep& upkeep) { upkeep_[version] = upkeep; }
  // Whether it adds anything to the base.
  bool changed() const;
  // The catalog after this commit, if it is `now` before; null when it leaves it as it is.
  // kConflict when another commit has changed what this one drafted from.
  Result<std::shared_ptr<const CatalogState>> Next(
      const std::shared_ptr<const CatalogState>& now) const;
  // A layout of rows as the drafts have it now.
  std::shared_ptr<const RowLayout> Layout(const FeatureDraft& draft,
                                          const VersionEntry& version) const;

 private:
  const std::shared_ptr<const CatalogState> base_;
  std::map<std::string, std::unique_ptr<FeatureDraft>, std::less<>> features_;
  std::vector<std::string> new_projects_;
  std::map<VersionId, VersionUpkeep> upkeep_;
  uint32_t new_features_ = 0;
};

}  // namespace diotima
