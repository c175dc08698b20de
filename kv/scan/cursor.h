#pragma once

#include <diotima/cursor.h>

#include <optional>

#include "kv/scan/filtered_scan.h"

namespace diotima {

class Cursor::Impl {
 public:
  // `columns`: of the scan's schema; not given: all.
  Impl(std::shared_ptr<const StoreCore> core, std::unique_ptr<FilteredScan> scan,
       std::optional<std::vector<size_t>> columns);

  bool Valid() const { return scan_->Valid(); }
  void Next() { scan_->Next(); }
  const Status& status() const { return scan_->status(); }
  const Schema& schema() const { return view_ ? view_->schema() : *scan_->schema(); }
  const Row& row() const {
    return view_ ? static_cast<const Row&>(*view_) : static_cast<const Row&>(scan_->row());
  }

 private:
  const std::shared_ptr<const StoreCore> core_;  // outlives the Store with the cursor
  std::unique_ptr<FilteredScan> scan_;
  std::optional<ColumnView> view_;
};

Result<Cursor> Read(const std::shared_ptr<StoreCore>& core, std::string_view feature,
                    const ReadOptions& options);

}  // namespace diotima
