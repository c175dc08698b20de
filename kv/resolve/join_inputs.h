// Gives the increment algorithm the rows of a store: streamed if the key order is the join order,
// else sorted, with spill to disk.
#pragma once

#include <memory>
#include <vector>

#include "graph/increment/join_input.h"
#include "kv/scan/filtered_scan.h"
#include "kv/sort/sorter.h"

namespace diotima {

// Returns rows in key order, joined by the first `join_values` of the `key_values` values of the
// key.
std::unique_ptr<JoinInput> StreamInput(std::unique_ptr<FilteredScan> rows, size_t join_values,
                                       size_t key_values);

// Sorts rows by the values of some columns. Not thread-safe.
class JoinSorter {
 public:
  JoinSorter(std::string directory, size_t memory_budget)
      : sorter_(std::make_unique<Sorter>(std::move(directory), memory_budget)) {}

  // Adds a row. `columns` are the join columns in its schema.
  Status Add(const StoredRow& row, const std::vector<size_t>& columns);
  // Returns the rows that were added and match, sorted. All are of this layout.
  Result<std::unique_ptr<JoinInput>> Finish(std::shared_ptr<const RowLayout> layout,
                                            RowFilter filter = {});

 private:
  std::unique_ptr<Sorter> sorter_;
  std::string key_, payload_;
};

}  // namespace diotima
