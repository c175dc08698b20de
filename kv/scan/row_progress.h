// Reports to the caller now and then how many rows an operation has read.
#pragma once

#include <diotima/options.h>

#include <algorithm>

namespace diotima {

// Not thread-safe.
class RowProgress {
 public:
  // `total` is the number of rows, if it is known. `callback` may be empty, and must outlive this.
  explicit RowProgress(const ProgressCallback& callback, uint64_t total = 0)
      : callback_(callback), total_(total) {}

  void AddTotal(uint64_t rows) { total_ += rows; }
  // Counts a row. Returns an error of the callback.
  Status Add() {
    if (!callback_ || ++rows_ % kEvery != 0) return Status::Ok();
    return callback_(rows_, total_ == 0 ? 0 : std::max(rows_, total_));
  }

 private:
  static constexpr uint64_t kEvery = 8192;

  const ProgressCallback& callback_;
  uint64_t total_;
  uint64_t rows_ = 0;
};

}  // namespace diotima
