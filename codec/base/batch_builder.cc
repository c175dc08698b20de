#include "codec/base/batch_builder.h"

namespace diotima {

void BatchBuilder::SetBorrowed(size_t column, const Value& value) {
  assert(batch_.rows_ > 0);
  SetCell(batch_.rows_ - 1, column, value);
}

void BatchBuilder::SetCell(size_t row, size_t column, const Value& value) {
  assert(row < batch_.rows_ && column < batch_.cells_.size());
  auto& cells = batch_.cells_[column];
  if (cells.size() <= row) cells.resize(row + 1);
  cells[row] = value;
}

Value* BatchBuilder::MutableCells(size_t column) {
  assert(column < batch_.cells_.size());
  batch_.cells_[column].resize(batch_.rows_);
  return batch_.cells_[column].data();
}

void BatchBuilder::SetLine(uint64_t line) {
  assert(batch_.rows_ > 0);
  batch_.lines_.resize(batch_.rows_);
  batch_.lines_.back() = line;
}

std::string BatchBuilder::DescribeRow(const RowBatch& batch, size_t row, uint64_t before) {
  const std::string& source = batch.source_;
  const uint64_t line = row < batch.lines_.size() ? batch.lines_[row] : 0;
  if (line != 0) {
    return source.empty() ? "line " + std::to_string(line) : source + ":" + std::to_string(line);
  }
  return (source.empty() ? "" : source + ": ") + "row " + std::to_string(before + row + 1);
}

}  // namespace diotima
