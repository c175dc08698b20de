// Sorts records by key within a memory budget: past it, sorted runs go to a file and are merged.
#pragma once

#include <diotima/status.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "codec/base/row_cursor.h"
#include "kv/sort/record_segment.h"
#include "kv/sort/spill_file.h"
#include "kv/sort/task_group.h"

namespace diotima {

class SortedRecords;

// Add records, Sort once, then Scan them in ascending order of key; records of one key keep the
// order in which they were added. Not thread-safe, but for Scan once it is sorted.
class Sorter {
 public:
  // `directory` must exist if records exceed the budget (in bytes). With `tasks`, parts are sorted
  // and spilled there; it must outlive this.
  Sorter(std::string directory, size_t memory_budget, TaskGroup* tasks = nullptr);
  ~Sorter();
  Sorter(const Sorter&) = delete;

  Status Add(std::string_view key, std::string_view value);
  Status Sort();
  // Returns the records from `begin` to before `end` (empty: to the last). Requires Sort.
  Result<std::unique_ptr<SortedRecords>> Scan(std::string_view begin = {},
                                              std::string_view end = {}) const;
  // Returns keys, ascending, that split the records into about `parts` of equal size. Requires
  // Sort.
  std::vector<std::string> Splits(size_t parts) const;

  // Returns, before Sort, whether all records were added in ascending order and none is spilled.
  // Then TakeAscending can take them out again, in order, which leaves the sorter empty.
  bool ascending() const { return in_order_ && Follows(*current_); }
  std::vector<std::unique_ptr<RecordSegment>> TakeAscending();

  uint64_t records() const { return records_; }
  // Returns the bytes of the keys and values that were added.
  uint64_t bytes() const { return bytes_; }
  size_t runs() const;

 private:
  friend class SortedRecords;
  // Records that were added one after the other: in memory, or in a run of the file.
  struct Part {
    std::unique_ptr<RecordSegment> segment;
    SpilledRun run;
  };

  // Returns whether a segment is in order, and after the parts before it.
  bool Follows(const RecordSegment& segment) const;
  void FinishPart();
  Status SortPart(Part* part, bool spill);

  const size_t budget_;
  TaskGroup* const tasks_;
  SpillFile file_;
  std::unique_ptr<RecordSegment> current_;
  std::vector<std::unique_ptr<Part>> parts_;  // in the order of their records
  size_t kept_ = 0;                           // bytes of parts that stay in memory
  bool in_order_ = true;                      // of the parts: ascending, and none is spilled
  std::string last_key_;                      // of the parts, while they are in order
  Status status_;
  uint64_t records_ = 0;
  uint64_t bytes_ = 0;
};

// A scan of sorted records. Not thread-safe; the sorter must outlive it.
class SortedRecords {
 public:
  ~SortedRecords();

  bool Valid() const { return status_.ok() && !heap_.empty(); }
  // The record lives until Next().
  std::string_view key() const { return heap_.front()->key; }
  std::string_view value() const { return heap_.front()->value; }
  void Next();
  const Status& status() const { return status_; }

 private:
  friend class Sorter;
  // One part, at its next record.
  struct Source {
    std::string_view key, value;
    uint64_t head = 0;
    size_t order = 0;
    const RecordSegment* segment = nullptr;
    size_t position = 0;
    std::unique_ptr<RunReader> run;
  };

  explicit SortedRecords(std::string_view end) : end_(end) {}
  static bool Before(const Source& a, const Source& b);
  // Returns false at the end of the source.
  bool Load(Source* source) const;
  void SiftDown();

  const std::string end_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<Source*> heap_;
  Status status_;
};
static_assert(Steps<SortedRecords>);

}  // namespace diotima
