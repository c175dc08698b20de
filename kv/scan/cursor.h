#pragma once

#include <diotima/cursor.h>

#include <optional>

#include "kv/scan/filtered_scan.h"

namespace diotima {

// The columns of a scan that a reader asked for.
class Cursor::Impl : public Row {
 public:
  // `columns`: of the scan's schema; not given: all.
  Impl(std::shared_ptr<const StoreCore> core, std::unique_ptr<FilteredScan> scan,
       std::optional<std::vector<size_t>> columns);

  bool Valid() const { return scan_->Valid(); }
  void Next() { scan_->Next(); }
  const Status& status() const { return scan_->status(); }

  const Schema& schema() const override { return *schema_; }
  using Row::Get;
  Value Get(size_t column) const override {
    return scan_->row().Get(columns_ ? (*columns_)[column] : column);
  }

 private:
  const std::shared_ptr<const StoreCore> core_;  // outlives the Store with the cursor
  std::unique_ptr<FilteredScan> scan_;
  std::optional<std::vector<size_t>> columns_;
  std::shared_ptr<const Schema> schema_;
};

Result<Cursor> Read(const std::shared_ptr<StoreCore>& core, std::string_view feature,
                    const ReadOptions& options);

}  // namespace diotima
