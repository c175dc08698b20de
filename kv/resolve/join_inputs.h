// The store's rows as inputs of the increment algorithm: in key order where that is the join order,
// else sorted, with spill to disk.
#pragma once

#include <memory>
#include <vector>

#include "graph/increment/join_input.h"
#include "graph/increment/plan.h"
#include "kv/scan/filtered_scan.h"
#include "kv/sort/sorter.h"

namespace diotima {

// The rows of one participant: a filtered scan, narrowed by the filters of a dep. Not thread-safe.
class ParticipantRows {
 public:
  // `plan` may be null: no dep's filters then. It must outlive this.
  ParticipantRows(std::unique_ptr<FilteredScan> scan, const DepPlan* plan);

  bool Valid() const { return scan_->Valid(); }
  void Next();
  const Status& status() const { return scan_->status(); }
  const StoredRow& row() const { return scan_->row(); }

 private:
  void SkipUnmatched();

  std::unique_ptr<FilteredScan> scan_;
  const DepPlan* const plan_;
  RenamedRow renamed_;
};

// Rows in key order, joined by the first `join_values` of `key_values` values of the key.
std::unique_ptr<JoinInput> StreamInput(std::unique_ptr<ParticipantRows> rows, size_t join_values,
                                       size_t key_values);

// Sorts rows by values of theirs. Not thread-safe.
class JoinSorter {
 public:
  JoinSorter(std::string directory, size_t memory_budget)
      : sorter_(std::make_unique<Sorter>(std::move(directory), memory_budget)) {}

  // `columns` of the row's schema are the join columns.
  Status Add(const StoredRow& row, const std::vector<size_t>& columns);
  // What was added, sorted. `layout` reads it (rows of one layout). `keep` may be empty; otherwise
  // only rows it holds for come.
  Result<std::unique_ptr<JoinInput>> Finish(std::shared_ptr<const RowLayout> layout,
                                            std::function<bool(const StoredRow&)> keep);

 private:
  std::unique_ptr<Sorter> sorter_;
  std::string key_, payload_;
};

}  // namespace diotima
