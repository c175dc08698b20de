// Drafts the changes that a commit makes to the catalog, from one base state.
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
  // Forgets a feature: it is as if it had never been written.
  void Drop(const std::shared_ptr<const FeatureEntry>& feature) { dropped_ = feature; }
  // Returns the id of a project version, and gives out an id if it is new.
  uint32_t Project(std::string_view project_version);
  // As of this commit.
  VersionUpkeep Upkeep(VersionId version) const {
    const auto it = upkeep_.find(version);
    return it == upkeep_.end() ? base_->Upkeep(version) : it->second;
  }
  void SetUpkeep(VersionId version, const VersionUpkeep& upkeep) { upkeep_[version] = upkeep; }
  // Returns whether the draft adds anything to the base.
  bool changed() const;
  // Returns the catalog after this commit, if it is `now` before; null when nothing changes.
  // kConflict when another commit has changed what this one drafted from.
  Result<std::shared_ptr<const CatalogState>> Next(
      const std::shared_ptr<const CatalogState>& now) const;
  // Returns the layout of rows as the draft has it now.
  std::shared_ptr<const RowLayout> Layout(const FeatureDraft& draft,
                                          const VersionEntry& version) const;

 private:
  const std::shared_ptr<const CatalogState> base_;
  std::map<std::string, std::unique_ptr<FeatureDraft>, std::less<>> features_;
  std::vector<std::string> new_projects_;
  std::map<VersionId, VersionUpkeep> upkeep_;
  uint32_t new_features_ = 0;
  std::shared_ptr<const FeatureEntry> dropped_;
};

}  // namespace diotima
