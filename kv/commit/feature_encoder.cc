#include "kv/commit/feature_encoder.h"

#include <diotima/status_macros.h>
#include <diotima/text.h>

#include "kv/catalog/declared_columns.h"
#include "kv/commit/committer.h"

namespace diotima {

FeatureEncoder::FeatureEncoder(const StoreCore* core, const WriteOptions* options,
                               CatalogDraft* catalog, FeatureDefinition definition)
    : core_(core),
      options_(*options),
      catalog_(catalog),
      definition_(std::move(definition)),
      draft_(catalog->Feature(definition_.spec->key)),
      completer_(&definition_, core->hasher, draft_, RowCompleter::Mode::kWrite,
                 options->preserve_feature_version) {}

Status FeatureEncoder::Begin(const RowBatch* batch) {
  if (!version_added_)
    DIOTIMA_TRY(TakeDeclaredColumns(core_->engine.get(), *definition_.spec, draft_));
  DIOTIMA_TRY(completer_.Begin(batch));
  if (!version_added_) DIOTIMA_TRY(draft_->AddVersion(definition_).status());
  version_added_ = true;
  return Status::Ok();
}

Result<FeatureEncoder::VersionEncoder*> FeatureEncoder::Version(const RowToWrite& row) {
  // The batch may have brought columns that the layouts do not have.
  if (layout_of_ != draft_->changes()) versions_.clear();
  const std::string_view name = row.feature_version.empty()
                                    ? std::string_view(definition_.feature_version)
                                    : row.feature_version;
  if (auto it = versions_.find(name); it != versions_.end()) return &it->second;
  DIOTIMA_ASSIGN(
      const VersionEntry* entry,
      draft_->AddVersion(std::string(name), definition_.fields, definition_.spec->id_columns));
  layout_of_ = draft_->changes();
  VersionEncoder& version = versions_[std::string(name)];
  version.id = entry->id;
  version.layout = catalog_->Layout(*draft_, *entry);
  version.encoder = std::make_unique<RowEncoder>(version.layout.get());
  return &version;
}

Result<EncodedRow> FeatureEncoder::Encode(size_t row) {
  DIOTIMA_ASSIGN(RowToWrite* const completed, completer_.Complete(row));
  if (completed->deleted_at && *completed->deleted_at > core_->committer->NextTime()) {
    return completer_.RowError(
        row, StatusCode::kInvalidArgument,
        "column '" + std::string(kDeletedAt) + "' is " +
            TimestampText(FromMicros(*completed->deleted_at)) +
            ", later than this commit: a deletion cannot be dated into the future");
  }
  DIOTIMA_ASSIGN(VersionEncoder* const version, Version(*completed));
  CompleteRow& out = completed->row;
  out.project = catalog_->Project(completed->project_version.empty()
                                      ? std::string_view(definition_.project_version)
                                      : completed->project_version);
  const auto& id =
      options_.materialization_id ? options_.materialization_id : core_->options.materialization_id;
  out.materialization_id = id ? Value::String(*id) : Value::Null();
  sample_.clear();
  version->encoder->AppendSample(out, &sample_);
  const auto value = version->encoder->Encode(out);
  if (!value.ok()) {
    return completer_.RowError(row, value.status().code(), value.status().message());
  }
  return EncodedRow{{draft_->entry().id, version->id}, sample_, completed->deleted_at, *value};
}

}  // namespace diotima
