// Reads the stored rows of one feature, by sample over its versions: latest rows, deletions,
// damage.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "codec/base/row_cursor.h"
#include "codec/row/stored_row.h"
#include "kv/catalog/catalog.h"
#include "kv/scan/version_range.h"

namespace diotima {

struct ScanOptions {
  std::vector<const VersionEntry*> versions;  // entries of the view's catalog
  bool with_sample_history = false;           // every row, not just a sample's last
  bool include_soft_deleted = false;
  bool only_soft_deleted = false;
  std::optional<int64_t> as_of;
  // Whether a damaged row ends the scan. Otherwise it is skipped and reported at the end; if only
  // the latest row of a sample is read, the whole sample is skipped.
  bool stop_at_damage = false;
};

// Rows come by sample over all versions, and the rows of one sample newest first. Not thread-safe.
class FeatureScan {
 public:
  // Takes over the view.
  FeatureScan(Engine* engine, StoreView view, std::shared_ptr<const FeatureEntry> feature,
              ScanOptions options);
  ~FeatureScan();
  FeatureScan(const FeatureScan&) = delete;

  bool Valid() const { return valid_; }
  void Next();
  const Status& status() const { return status_; }
  const StoredRow& row() const { return row_; }
  // The schema that rows of all versions share.
  const std::shared_ptr<const Schema>& schema() const { return schema_; }

 private:
  void Step();
  // Moves `range` to its next row that is not too new for `as_of`. Drops the range at its end.
  void Advance(VersionRange* range);
  bool LoadCurrent();
  bool Wanted() const;
  // Moves past rows that cannot be read, if the rows after them can, and notes what is missing.
  bool PassDamage(VersionRange* range);
  void NoteDamage(std::string what);
  std::string AfterSample(const RowLayout& layout) const;
  void Finish();
  std::string DescribeKey(std::string_view key) const;

  Engine* const engine_;
  const StoreView view_;
  const std::shared_ptr<const FeatureEntry> feature_;
  const ScanOptions options_;
  std::shared_ptr<const Schema> schema_;
  // Rows that were copied point to them, also after their range has ended.
  std::vector<std::shared_ptr<const RowLayout>> layouts_;
  std::vector<std::unique_ptr<VersionRange>> ranges_;
  VersionRange* current_ = nullptr;
  StoredRow row_;
  std::string sample_;  // of the row handed out last
  size_t identity_ = 0;
  bool have_sample_ = false;
  bool valid_ = false;
  Status status_;
  uint64_t damaged_ = 0;
  std::vector<std::string> damage_;
};
static_assert(RowCursor<FeatureScan>);

}  // namespace diotima
