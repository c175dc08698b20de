// Encodes the rows that a caller writes to one feature.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "codec/row/encoder.h"
#include "kv/catalog/draft.h"
#include "kv/commit/row_completer.h"
#include "kv/core.h"

namespace diotima {

// One encoded row, as WriteSet::Put takes it.
struct EncodedRow {
  VersionId version;
  std::string_view sample;
  std::optional<int64_t> time;
  std::string_view value;
};

// Not thread-safe.
class FeatureEncoder {
 public:
  // All must outlive it.
  FeatureEncoder(const StoreCore* core, const WriteOptions* options, CatalogDraft* catalog,
                 FeatureDefinition definition);
  FeatureEncoder(const FeatureEncoder&) = delete;

  // Adds what the batch needs to the draft. The batch must not change until the last Encode.
  Status Begin(const RowBatch* batch);
  // Returns a row, which is valid until the next call. Errors name the row, the column and both
  // types.
  Result<EncodedRow> Encode(size_t row);
  void End() { completer_.End(); }

 private:
  // Encodes rows of one version while its layout does not change.
  struct VersionEncoder {
    uint32_t id = 0;
    std::shared_ptr<const RowLayout> layout;
    std::unique_ptr<RowEncoder> encoder;
  };

  Result<VersionEncoder*> Version(const RowToWrite& row);

  const StoreCore* const core_;
  const WriteOptions& options_;
  CatalogDraft* const catalog_;
  const FeatureDefinition definition_;
  FeatureDraft* const draft_;
  RowCompleter completer_;
  std::map<std::string, VersionEncoder, std::less<>> versions_;
  bool version_added_ = false;
  uint64_t layout_of_ = 0;  // FeatureDraft::changes() that the layouts are of
  std::string sample_;
};

}  // namespace diotima
