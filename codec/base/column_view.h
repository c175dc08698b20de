// A view of some columns of a row.
#pragma once

#include <diotima/row.h>

#include <memory>
#include <utility>
#include <vector>

namespace diotima {

// Shows columns of the row that it is set to. Not thread-safe.
class ColumnView : public Row {
 public:
  // Shows the columns with these indexes of rows whose schema is `rows`.
  ColumnView(const Schema& rows, std::vector<size_t> columns);
  // Shows them under the names of `schema`.
  ColumnView(std::shared_ptr<const Schema> schema, std::vector<size_t> columns)
      : schema_(std::move(schema)), columns_(std::move(columns)) {}

  // `row` is borrowed until the next call.
  void Set(const Row* row) { row_ = row; }
  const Schema& schema() const override { return *schema_; }
  Value Get(size_t column) const override { return row_->Get(columns_[column]); }
  using Row::Get;

 private:
  std::shared_ptr<const Schema> schema_;
  std::vector<size_t> columns_;
  const Row* row_ = nullptr;
};

}  // namespace diotima
