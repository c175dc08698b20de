#include "kv/resolve/sample_reader.h"

#include <diotima/status_macros.h>

#include <algorithm>
#include <set>

#include "codec/row/encoder.h"
#include "kv/commit/row_completer.h"
#include "kv/resolve/join_inputs.h"

namespace diotima {
namespace {

constexpr size_t kHashColumns = 4;  // the first of SystemColumns()

// The columns that samples named, and their hashes, out of rows that have all columns of the
// feature.
class SampleView : public Row {
 public:
  SampleView(const RowLayout& layout, const std::set<size_t>& named) {
    std::vector<Column> columns;
    for (size_t column : named) {
      columns_.push_back(column);
      columns.push_back({layout.columns[column].name, layout.columns[column].type});
    }
    for (size_t i = 0; i < kHashColumns; ++i) {
      columns_.push_back(layout.columns.size() + i);
      columns.push_back(SystemColumns()[i]);
    }
    schema_ = Schema(std::move(columns));
  }

  void Set(const Row* row) { row_ = row; }
  const Schema& schema() const override { return schema_; }
  using Row::Get;
  Value Get(size_t column) const override { return row_->Get(columns_[column]); }

 private:
  Schema schema_;
  std::vector<size_t> columns_;
  const Row* row_ = nullptr;
};

class SampleReader {
 public:
  SampleReader(const StoreCore* core, const StoreView& view, const FeatureDefinition& definition)
      : core_(core),
        catalog_(*view.catalog),
        definition_(definition),
        draft_(view.catalog->Find(definition.spec->key), definition_.spec->key, /*new_id=*/1),
        completer_(&definition_, core->hasher, &draft_, RowCompleter::Mode::kSamples,
                   /*preserve_feature_version=*/false),
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
    auto view = std::make_shared<SampleView>(*layout_, named_);
    DIOTIMA_ASSIGN(auto bound, BindFilters(named_.empty() ? std::vector<std::string>() : filters,
                                           view->schema(), definition_.spec->key));
    out.plan.join_columns = join_columns_;
    for (size_t column : named_) out.plan.output.push_back({(*schema)[column], {{0, column}}});
    std::function<bool(const StoredRow&)> keep;
    if (!bound.empty()) {
      keep = [view, bound = std::move(bound)](const StoredRow& row) {
        view->Set(&row);
        return std::all_of(bound.begin(), bound.end(),
                           [&](const auto& filter) { return filter.Matches(*view); });
      };
    }
    DIOTIMA_ASSIGN(out.input, sorter_.Finish(layout_, std::move(keep)));
    return out;
  }

 private:
  Status Prepare(const RowBatch& batch) {
    DIOTIMA_TRY(completer_.Begin(&batch));
    for (const auto& id : definition_.spec->id_columns) {
      DIOTIMA_TRY(draft_.AddColumn(id, Type()).status());
    }
    for (const auto& name : batch.columns()) {
      if (IsSystemColumn(name)) continue;
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
    for (size_t i = 0; i < batch.rows(); ++i) {
      DIOTIMA_ASSIGN(const RowToWrite* completed, completer_.Complete(i));
      key_.clear();
      AppendRowKeyPrefix({draft_.entry().id, version_id_}, &key_);
      encoder_->AppendSample(completed->row, &key_);
      AppendRowKeySuffix(0, 0, &key_);
      if (!row_.Load(layout_.get(), key_, encoder_->Encode(completed->row))) {
        return Status::InvalidArgument(batch.Describe(i) + ": the row cannot be encoded");
      }
      DIOTIMA_TRY(sorter_.Add(row_, joins));
    }
    completer_.End();
    return Status::Ok();
  }

  const StoreCore* const core_;
  const CatalogState& catalog_;
  const FeatureDefinition definition_;
  FeatureDraft draft_;
  RowCompleter completer_;
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
                                const std::vector<std::string>& filters, RowReader* samples) {
  SampleReader reader(core, view, definition);
  DIOTIMA_TRY(reader.Read(samples));
  return reader.Finish(filters);
}

}  // namespace diotima
