#include "kv/commit.h"

#include "codec/status_macros.h"

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

Result<std::shared_ptr<const CatalogState>> CatalogDraft::Next() const {
  const auto now = core_->catalog->state();
  bool changed = !new_projects_.empty();
  bool moved = now != base_ && changed && now->projects != base_->projects;
  for (const auto& [key, draft] : features_) {
    if (!draft->changed()) continue;
    changed = true;
    moved = moved || now->Find(key) != draft->existing() ||
            (!draft->existing() && now->last_feature_id != base_->last_feature_id);
  }
  if (moved) {
    return Status::Busy(
        "another commit changed the columns or versions of the same features meanwhile: write "
        "again");
  }
  if (!changed) return std::shared_ptr<const CatalogState>();
  auto next = std::make_shared<CatalogState>(*now);
  if (!new_projects_.empty()) {
    auto projects = std::make_shared<std::vector<std::string>>(*now->projects);
    projects->insert(projects->end(), new_projects_.begin(), new_projects_.end());
    next->projects = std::move(projects);
  }
  for (const auto& [key, draft] : features_) {
    if (!draft->changed()) continue;
    next->features[key] = std::make_shared<const FeatureEntry>(draft->entry());
    next->last_feature_id = std::max(next->last_feature_id, draft->entry().id);
  }
  return std::shared_ptr<const CatalogState>(std::move(next));
}

Commit::Impl::Impl(StoreCore* core, WriteOptions options)
    : core_(core), options_(std::move(options)), catalog_(core), set_(core) {}

Result<Commit::Impl::FeatureWriter*> Commit::Impl::Writer(std::string_view feature) {
  if (auto it = writers_.find(feature); it != writers_.end()) return &it->second;
  DIOTIMA_ASSIGN(FeatureDefinition definition, core_->Definition(feature));
  FeatureWriter& writer = writers_[std::string(feature)];
  order_.emplace_back(feature);
  writer.definition = std::move(definition);
  writer.draft = catalog_.Feature(writer.definition.spec->key);
  writer.completer =
      std::make_unique<RowCompleter>(&writer.definition, core_->hasher, writer.draft,
                                     RowCompleter::Mode::kWrite, options_.preserve_feature_version);
  return &writer;
}

Status Commit::Impl::Append(std::string_view feature, const RowBatch& rows) {
  if (!failed_.ok()) return failed_;
  auto append = [&]() -> Status {
    DIOTIMA_ASSIGN(FeatureWriter* const writer, Writer(feature));
    DIOTIMA_TRY(writer->completer->Begin(&rows));
    // The batch may have brought columns that the layouts do not have.
    writer->versions.clear();
    DIOTIMA_TRY(writer->draft->AddVersion(writer->definition).status());
    for (size_t row = 0; row < rows.rows(); ++row) DIOTIMA_TRY(AppendRow(writer, row));
    writer->completer->End();
    writer->rows += rows.rows();
    return Status::Ok();
  };
  failed_ = append();
  return failed_;
}

Result<Commit::Impl::VersionWriter*> Commit::Impl::Version(FeatureWriter* writer,
                                                           const CompletedRow& row) {
  const std::string_view name = row.feature_version.empty()
                                    ? std::string_view(writer->definition.feature_version)
                                    : row.feature_version;
  if (auto it = writer->versions.find(name); it != writer->versions.end()) return &it->second;
  DIOTIMA_ASSIGN(const VersionEntry* entry,
                 writer->draft->AddVersion(std::string(name), writer->definition.fields,
                                           writer->definition.spec->id_columns));
  VersionWriter& version = writer->versions[std::string(name)];
  version.id = entry->id;
  version.layout = catalog_.Layout(*writer->draft, *entry);
  version.encoder = std::make_unique<RowEncoder>(version.layout.get());
  return &version;
}

Status Commit::Impl::AppendRow(FeatureWriter* writer, size_t row) {
  DIOTIMA_ASSIGN(CompletedRow* const completed, writer->completer->Complete(row));
  DIOTIMA_ASSIGN(VersionWriter* const version, Version(writer, *completed));
  CompleteRow& out = completed->row;
  out.project = catalog_.Project(completed->project_version.empty()
                                     ? std::string_view(writer->definition.project_version)
                                     : completed->project_version);
  const auto& id =
      options_.materialization_id ? options_.materialization_id : core_->options.materialization_id;
  out.materialization_id = id ? Value::String(*id) : Value::Null();
  sample_.clear();
  version->encoder->AppendSample(out, &sample_);
  return set_.Put(writer->draft->entry().id, version->id, sample_, completed->deleted_at,
                  version->encoder->Encode(out), JournalAction::kWrite);
}

Result<WriteResult> Commit::Impl::Finish() {
  DIOTIMA_TRY(failed_);
  failed_ = Status::InvalidArgument("this commit was finished before");
  WriteResult result;
  for (const auto& feature : order_) {
    result.features.emplace_back(feature, writers_.at(feature).rows);
    result.rows += writers_.at(feature).rows;
  }
  std::unique_lock lock(core_->commit_mutex);
  DIOTIMA_ASSIGN(auto next, catalog_.Next());
  if (!next && set_.empty()) return result;
  DIOTIMA_ASSIGN(result.commit_time,
                 set_.Apply(core_->catalog->state(), std::move(next), {}, options_.sync));
  return result;
}

Commit::Commit(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Commit::Commit(Commit&&) noexcept = default;
Commit& Commit::operator=(Commit&&) noexcept = default;
Commit::~Commit() = default;
Status Commit::Append(std::string_view feature, const RowBatch& rows) {
  return impl_->Append(feature, rows);
}
Result<WriteResult> Commit::Finish() { return impl_->Finish(); }

}  // namespace diotima
