#include "kv/resolve/sample_reader.h"

#include <diotima/status_macros.h>

#include <set>

#include "codec/base/batch_builder.h"
#include "codec/row/encoder.h"
#include "kv/commit/row_completer.h"
#include "kv/resolve/join_inputs.h"

namespace diotima {
namespace {

// Shows the columns that samples named, and their hashes, of rows that have all columns of the
// feature.
ColumnView ViewOfSamples(const RowLayout& layout, const std::set<size_t>& named) {
  std::vector<size_t> columns(named.begin(), named.end());
  for (const SystemColumn column : kHashColumns) columns.push_back(layout.IndexOf(column));
  return {*layout.schema, std::move(columns)};
}

class SampleReader {
 public:
  SampleReader(const StoreCore* core, const StoreView& view, const FeatureDefinition& definition,
               std::shared_ptr<const SampleSet> scope)
      : core_(core),
        catalog_(*view.catalog),
        definition_(definition),
        draft_(view.catalog->Find(definition.spec->key), definition_.spec->key, /*new_id=*/1),
        completer_(&definition_, core->hasher, &draft_, RowCompleter::Mode::kSamples,
                   /*preserve_feature_version=*/false),
        scope_(std::move(scope)),
        sorter_(core->engine->TemporaryDirectory(), core->options.memory_budget) {}

  Status Read(RowReader* samples) {
    join_columns_ = core_->graph().JoinColumns(definition_.spec->key);
    RowBatch batch;
    for (;;) {
      DIOTIMA_ASSIGN(const bool more, samples->Read(&batch));
      if (!more) break;
      DIOTIMA_TRY(Add(batch));
    }
    if (layout_) return Status::Ok();
    // No sample at all: the id columns are known nevertheless.
    batch.Clear();
    return Prepare(batch);
  }

  Result<SampleInput> Finish(const std::vector<std::string>& filters) {
    SampleInput out;
    const auto schema = layout_->schema;
    ColumnView view = ViewOfSamples(*layout_, named_);
    DIOTIMA_ASSIGN(auto bound, BindFilters(named_.empty() ? std::vector<std::string>() : filters,
                                           view.schema(), definition_.spec->key));
    out.plan.join_columns = join_columns_;
    for (size_t column : named_) out.plan.output.push_back({(*schema)[column], {{0, column}}});
    DIOTIMA_ASSIGN(out.input,
                   sorter_.Finish(layout_, RowFilter(std::move(bound), std::move(view))));
    return out;
  }

 private:
  Status Prepare(const RowBatch& batch) {
    DIOTIMA_TRY(completer_.Begin(&batch));
    for (const auto& id : definition_.spec->id_columns) {
      DIOTIMA_TRY(draft_.AddColumn(id, Type()).status());
    }
    for (const auto& name : batch.columns()) {
      if (FindSystemColumn(name)) continue;
      DIOTIMA_ASSIGN(const size_t column, draft_.AddColumn(name, Type()));
      named_.insert(column);
    }
    DIOTIMA_ASSIGN(const VersionEntry* version, draft_.AddVersion(definition_));
    version_id_ = version->id;
    // So that the stored rows need not be sorted.
    OrderAsKey(version->id_columns, &join_columns_);
    layout_ = catalog_.Layout(draft_.entry(), *version);
    encoder_ = std::make_unique<RowEncoder>(layout_.get());
    return Status::Ok();
  }

  Status Add(const RowBatch& batch) {
    DIOTIMA_TRY(Prepare(batch));
    std::vector<size_t> joins;
    for (const auto& name : join_columns_) {
      const auto column = layout_->FindColumn(name);
      if (!column) {
        return Status::SchemaMismatch("feature '" + definition_.spec->key +
                                      "': samples lack the column '" + name +
                                      "', by which they are compared with the stored rows");
      }
      joins.push_back(*column);
    }
    DIOTIMA_ASSIGN(auto in_scope,
                   SampleFilter::Bind(scope_, *layout_->schema, definition_.spec->key));
    for (size_t i = 0; i < batch.rows(); ++i) {
      DIOTIMA_ASSIGN(const RowToWrite* completed, completer_.Complete(i));
      key_.clear();
      AppendRowKeyPrefix({draft_.entry().id, version_id_}, &key_);
      encoder_->AppendSample(completed->row, &key_);
      AppendRowKeySuffix(0, 0, &key_);
      DIOTIMA_ASSIGN(const std::string_view value, encoder_->Encode(completed->row));
      if (!row_.Load(layout_.get(), key_, value)) {
        return Status::InvalidArgument(BatchBuilder::DescribeRow(batch, i) +
                                       ": the row cannot be encoded");
      }
      if (in_scope.Matches(row_)) DIOTIMA_TRY(sorter_.Add(row_, joins));
    }
    completer_.End();
    return Status::Ok();
  }

  const StoreCore* const core_;
  const CatalogState& catalog_;
  const FeatureDefinition definition_;
  FeatureDraft draft_;
  RowCompleter completer_;
  const std::shared_ptr<const SampleSet> scope_;
  JoinSorter sorter_;
  std::vector<std::string> join_columns_;
  std::set<size_t> named_;  // user columns that samples have, by their place in the draft
  std::shared_ptr<const RowLayout> layout_;
  std::unique_ptr<RowEncoder> encoder_;
  uint32_t version_id_ = 0;
  StoredRow row_;
  std::string key_;
};

}  // namespace

Result<SampleInput> ReadSamples(const StoreCore* core, const StoreView& view,
                                const FeatureDefinition& definition,
                                const std::vector<std::string>& filters,
                                const ResolveOptions& options) {
  SampleReader reader(core, view, definition, options.scope);
  DIOTIMA_TRY(reader.Read(options.samples));
  return reader.Finish(filters);
}

}  // namespace diotima
