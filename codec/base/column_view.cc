#include "codec/base/column_view.h"

namespace diotima {

ColumnView::ColumnView(const Schema& rows, std::vector<size_t> columns)
    : columns_(std::move(columns)) {
  std::vector<Column> shown;
  for (const size_t column : columns_) shown.push_back(rows[column]);
  schema_ = std::make_shared<const Schema>(std::move(shown));
}

}  // namespace diotima
