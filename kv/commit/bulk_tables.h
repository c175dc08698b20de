// Makes the table files of the rows of a large commit, on all cores. docs/performance.md, "Bulk
// commits".
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kv/engine/table_files.h"
#include "kv/sort/sorter.h"
#include "kv/sort/task_group.h"

namespace diotima {

// For rows that have the time of the commit. Works in `tasks`, which must outlive it. Not
// thread-safe.
class BulkTables {
 public:
  // `check`: as in WriteOptions.
  BulkTables(Engine* engine, TaskGroup* tasks, int64_t time, std::function<Status()> check);
  ~BulkTables();

  int64_t time() const { return time_; }
  // Adds records, which come in ascending order. `renumber`: each is the only row of its sample.
  Status AddSegment(std::unique_ptr<RecordSegment> segment, bool renumber);
  // Adds all records of a sorter, in parts by key. The sorter must outlive the call to Finish.
  Status AddSorted(const Sorter& sorter, bool renumber);
  // Waits for the files.
  Status Finish();
  // Returns, after Finish, how many rows of sorters are of the sample of the row before.
  uint64_t repeated() const { return repeated_; }
  // Rewrites the finished files with another commit time.
  Status Restamp(int64_t time);
  // Appends the names of the finished files, for one ingestion.
  void AppendFiles(std::vector<std::string>* files) const;

 private:
  TableFiles* NewTables();

  Engine* const engine_;
  TaskGroup* const tasks_;
  int64_t time_;
  const std::function<Status()> check_;
  std::vector<std::unique_ptr<TableFiles>> tables_;
  std::atomic<uint64_t> repeated_ = 0;
};

}  // namespace diotima
