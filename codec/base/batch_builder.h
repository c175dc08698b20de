// How the readers of the library fill a RowBatch: in place, without copies.
#pragma once

#include <diotima/row.h>

#include <memory>
#include <string>

namespace diotima {

// A view of a batch that may borrow. What is borrowed must outlive the batch's rows: it is in the
// batch's arena, or in memory of an owner that the batch holds. Not thread-safe.
class BatchBuilder {
 public:
  explicit BatchBuilder(RowBatch* batch) : batch_(*batch) {}

  // Adds rows whose cells are set by SetCell or MutableCells.
  void AddRows(size_t count) { batch_.rows_ += count; }
  // Sets a cell of the last row, or of any, to a borrowed value.
  void SetBorrowed(size_t column, const Value& value);
  void SetCell(size_t row, size_t column, const Value& value);
  // Returns the last row's cell of a column, to be written before anything else is added.
  Value* MutableCell(size_t column) {
    assert(batch_.rows_ > 0);
    auto& cells = batch_.cells_[column];
    if (cells.size() < batch_.rows_) cells.resize(batch_.rows_);
    return &cells.back();
  }
  // Returns the cells of a column, one for each row. They stay where they are until the next row or
  // column is added.
  Value* MutableCells(size_t column);

  Arena* arena() { return &batch_.arena_; }
  // Keeps `owner` until the batch is cleared.
  void Hold(std::shared_ptr<const void> owner) { batch_.owners_.push_back(std::move(owner)); }

  // Notes for messages where rows come from: a file, and the line of the last row.
  void SetSource(std::string source) { batch_.source_ = std::move(source); }
  void SetLine(uint64_t line);

  // Returns "rows.jsonl:17", or "row 17" (counted from 1 with `before` rows in earlier batches).
  static std::string DescribeRow(const RowBatch& batch, size_t row, uint64_t before = 0);

 private:
  RowBatch& batch_;
};

}  // namespace diotima
