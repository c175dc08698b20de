// Samples that a caller names, for operations on these alone.
#pragma once

#include <diotima/export.h>
#include <diotima/row.h>
#include <diotima/status.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace diotima {

// Distinct samples, by their values of some columns. In memory: 11 to 22 bytes for each, and
// the bytes of its values. Immutable, and so thread-safe.
class DIOTIMA_EXPORT SampleSet {
 public:
  // Reads `rows` to the end. Each must have a value in each of `columns`, which are usually the id
  // columns of a feature; other columns are not looked at. kInvalidArgument names a row that lacks
  // one.
  static Result<std::shared_ptr<const SampleSet>> Read(RowReader& rows,
                                                       std::vector<std::string> columns);
  static Result<std::shared_ptr<const SampleSet>> Of(const RowBatch& rows,
                                                     std::vector<std::string> columns);

  const std::vector<std::string>& columns() const { return columns_; }
  // Returns the kind of the values of each column; kNull if there are no samples.
  const std::vector<Kind>& kinds() const { return kinds_; }
  size_t size() const { return size_; }
  // Returns whether there is a sample of these values, encoded as a key has them.
  bool Contains(std::string_view tuple) const;

 private:
  explicit SampleSet(std::vector<std::string> columns);
  Status Add(const RowBatch& rows);
  // Returns the place of a tuple: a slot that holds it, or is free.
  size_t FindSlot(std::string_view tuple) const;
  void Grow();

  std::vector<std::string> columns_;
  std::vector<Kind> kinds_;
  std::string tuples_;
  std::vector<uint64_t> slots_;  // 1 + where a tuple begins; 0 where there is none
  size_t size_ = 0;
};

}  // namespace diotima
