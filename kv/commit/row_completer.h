// Completes the rows of a caller: finds columns, checks types, fills in hashes (docs/semantics.md,
// "Write").
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "codec/row/encoder.h"
#include "kv/catalog/feature_draft.h"

namespace diotima {

struct RowToWrite {
  CompleteRow row;
  std::optional<int64_t> deleted_at;  // given by the row: the time of its key
  // The versions of a row that keeps its own; empty: the current ones.
  std::string_view feature_version, project_version;
};

// Completes batches of one feature. Not thread-safe.
class RowCompleter {
 public:
  enum class Mode {
    kWrite,
    kSamples,  // provenance is always computed; what a write adds is left out
  };

  RowCompleter(const FeatureDefinition* definition, const Hasher& hasher, FeatureDraft* draft,
               Mode mode, bool preserve_feature_version)
      : definition_(*definition),
        hasher_(hasher),
        draft_(*draft),
        mode_(mode),
        preserve_feature_version_(preserve_feature_version) {}

  // Adds the columns of the batch to the draft. Call it before completing its rows.
  Status Begin(const RowBatch* batch);
  // Returns a row, which is valid until the next call. Errors name the row, the column and both
  // types.
  Result<RowToWrite*> Complete(size_t row);
  void End() { rows_before_ += batch_->rows(); }
  // Returns an error that names a row of the batch and the feature.
  Status RowError(size_t row, StatusCode code, const std::string& what) const;

 private:
  struct BoundColumn {
    size_t batch_column;
    size_t column;  // of the draft
  };

  Status Bind();
  Status BindUserColumn(size_t batch_column);
  bool IsIdColumn(const std::string& name) const;
  Result<Type> SeenType(size_t batch_column, const Type& type) const;
  Status CompleteCells(size_t row);
  Status CompleteHashes(size_t row);
  Status CompleteSystem(size_t row);
  // Returns the cell as a map of texts; null for null.
  Result<Value> HashMap(size_t row, std::string_view column, const Value& cell);
  Result<Value> Text(size_t row, std::string_view column, const Value& cell);
  Result<Value> Time(size_t row, std::string_view column, const Value& cell) const;
  Value RowHash(const Value& by_field);
  Value System(size_t row, SystemColumn column) const;

  const FeatureDefinition& definition_;
  const Hasher hasher_;
  FeatureDraft& draft_;
  const Mode mode_;
  const bool preserve_feature_version_;
  const RowBatch* batch_ = nullptr;
  std::vector<BoundColumn> bound_;
  std::vector<size_t> ids_;  // of the draft's columns
  // Batch columns, by SystemColumn.
  std::array<std::optional<size_t>, kSystemColumnCount> system_;
  // The columns of the last batch, if any batch with the same columns is bound the same way.
  std::vector<std::string> bound_names_;
  uint64_t rows_before_ = 0;
  RowToWrite out_;
  Arena arena_;
  std::string text_;
};

}  // namespace diotima
