// Combines several filters, on a row or on a view of it.
#pragma once

#include <diotima/filter.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "codec/base/column_view.h"

namespace diotima {

// Matches rows that meet all of its filters. Not thread-safe.
class RowFilter {
 public:
  RowFilter() = default;  // every row matches
  explicit RowFilter(std::vector<BoundFilter> filters) : filters_(std::move(filters)) {}
  // The filters are bound to the schema of `view`.
  RowFilter(std::vector<BoundFilter> filters, ColumnView view)
      : filters_(std::move(filters)), view_(std::move(view)) {}

  bool Matches(const Row& row) {
    if (view_) view_->Set(&row);
    const Row& seen = view_ ? *view_ : row;
    return std::all_of(filters_.begin(), filters_.end(),
                       [&](const BoundFilter& filter) { return filter.Matches(seen); });
  }

 private:
  std::vector<BoundFilter> filters_;
  std::optional<ColumnView> view_;
};

}  // namespace diotima
