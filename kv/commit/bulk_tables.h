// The table files of a large commit's rows, made on all cores. docs/performance.md, "Bulk commits".
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kv/engine/table_files.h"
#include "kv/sort/sorter.h"
#include "kv/sort/task_group.h"

namespace diotima {

// Rows whose times are the commit's. Not thread-safe; works in `tasks`, which must outlive it.
class BulkTables {
 public:
  // `check`: as in WriteOptions.
  BulkTables(Engine* engine, TaskGroup* tasks, int64_t time, std::function<Status()> check);
  ~BulkTables();

  int64_t time() const { return time_; }
  // Records in ascending order. `renumber`: each is the only row of its sample.
  Status AddSegment(std::unique_ptr<RecordSegment> segment, bool renumber);
  // All records of a sorter, in parts by key. It must outlive the call to Finish.
  Status AddSorted(const Sorter& sorter, bool renumber);
  // Waits for the files.
  Status Finish();
  // Gives the rows of finished files another commit time.
  Status Restamp(int64_t time);
  // Those finished, for one ingestion.
  void AppendFiles(std::vector<std::string>* files) const;

 private:
  TableFiles* NewTables();

  Engine* const engine_;
  TaskGroup* const tasks_;
  int64_t time_;
  const std::function<Status()> check_;
  std::vector<std::unique_ptr<TableFiles>> tables_;
};

}  // namespace diotima
