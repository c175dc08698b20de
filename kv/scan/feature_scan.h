// The stored rows of one feature, in key order: versions, latest rows, deletions, damage.
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
  // A damaged row ends the scan; otherwise it is skipped, with its sample where only the last row
  // counts, and reported at the end.
  bool stop_at_damage = false;
};

// With several versions, rows come in order of samples over all of them. Not thread-safe.
class FeatureScan {
 public:
  // Keeps the view.
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
  // Puts `range` on its next row that counts; drops it from the ranges at its end.
  void Advance(VersionRange* range);
  bool LoadCurrent();
  bool Wanted() const;
  // Past rows that cannot be read, where what follows can be told from them. Notes what is missing.
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
  // Rows handed out and copied point to them, also when their range has ended.
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
