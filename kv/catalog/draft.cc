#include "kv/catalog/draft.h"

#include <algorithm>

namespace diotima {

FeatureDraft* CatalogDraft::Feature(const std::string& feature) {
  auto& draft = features_[feature];
  if (!draft) {
    auto existing = base_->Find(feature);
    if (!existing) ++new_features_;
    draft =
        std::make_unique<FeatureDraft>(existing, feature, base_->last_feature_id + new_features_);
  }
  return draft.get();
}

uint32_t CatalogDraft::Project(std::string_view project_version) {
  const auto& known = *base_->projects;
  // The one in force is usually the newest.
  for (size_t id = known.size(); id-- > 1;) {
    if (known[id] == project_version) return static_cast<uint32_t>(id);
  }
  for (size_t i = 0; i < new_projects_.size(); ++i) {
    if (new_projects_[i] == project_version) return static_cast<uint32_t>(known.size() + i);
  }
  new_projects_.emplace_back(project_version);
  return static_cast<uint32_t>(known.size() + new_projects_.size() - 1);
}

std::shared_ptr<const RowLayout> CatalogDraft::Layout(const FeatureDraft& draft,
                                                      const VersionEntry& version) const {
  return base_->Layout(draft.entry(), version);
}

bool CatalogDraft::changed() const {
  return !new_projects_.empty() || !upkeep_.empty() || dropped_ ||
         std::any_of(features_.begin(), features_.end(),
                     [](const auto& f) { return f.second->changed(); });
}

Result<std::shared_ptr<const CatalogState>> CatalogDraft::Next(
    const std::shared_ptr<const CatalogState>& now) const {
  for (const auto& [key, draft] : features_) {
    const auto entry = now->Find(key);
    if (draft->existing() && (!entry || entry->id != draft->existing()->id)) {
      return Status::Conflict("feature '" + key + "' was dropped meanwhile: write again");
    }
    if (draft->existing() && entry && entry->alterations != draft->existing()->alterations) {
      return Status::Conflict("the columns of feature '" + key +
                              "' were altered meanwhile: write again");
    }
  }
  if (!changed()) return std::shared_ptr<const CatalogState>();
  bool moved = now != base_ && !new_projects_.empty() && now->projects != base_->projects;
  for (const auto& [key, draft] : features_) {
    if (!draft->changed()) continue;
    moved = moved || now->Find(key) != draft->existing() ||
            (!draft->existing() && now->last_feature_id != base_->last_feature_id);
  }
  if (moved) {
    return Status::Conflict(
        "another commit changed the columns or versions of the same features meanwhile: write "
        "again");
  }
  auto next = std::make_shared<CatalogState>(*now);
  if (!new_projects_.empty()) {
    auto projects = std::make_shared<std::vector<std::string>>(*now->projects);
    projects->insert(projects->end(), new_projects_.begin(), new_projects_.end());
    next->projects = std::move(projects);
  }
  for (const auto& [version, upkeep] : upkeep_) next->upkeep[version] = upkeep;
  for (const auto& [key, draft] : features_) {
    if (!draft->changed()) continue;
    next->features[key] = std::make_shared<const FeatureEntry>(draft->entry());
    next->last_feature_id = std::max(next->last_feature_id, draft->entry().id);
  }
  if (dropped_) {
    next->features.erase(dropped_->key);
    std::erase_if(next->upkeep,
                  [this](const auto& entry) { return entry.first.feature == dropped_->id; });
  }
  return std::shared_ptr<const CatalogState>(std::move(next));
}

}  // namespace diotima
