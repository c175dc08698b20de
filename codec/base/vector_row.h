// A row in memory, for tests and for rows that are not stored.
#pragma once

#include <diotima/row.h>

namespace diotima {

// `schema` is borrowed; the cells are in its order, and may be fewer (the rest are null).
class VectorRow : public Row {
 public:
  VectorRow(const Schema* schema, std::vector<Value> cells)
      : schema_(schema), cells_(std::move(cells)) {}

  using Row::Get;
  const Schema& schema() const override { return *schema_; }
  Value Get(size_t column) const override {
    return column < cells_.size() && !cells_[column].null() ? cells_[column] : Value::Null();
  }

 private:
  const Schema* schema_;
  std::vector<Value> cells_;
};

}  // namespace diotima
