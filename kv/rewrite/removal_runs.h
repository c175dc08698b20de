// Stored rows that go, of those seen in the order of keys: long runs of them as ranges.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kv/commit/write_set.h"

namespace diotima {

// Not thread-safe.
class RemovalRuns {
 public:
  // A run of more rows is one range deletion: to readers one costs about as much as so many deleted
  // rows, which they pass one by one.
  static constexpr size_t kLongestOfSingles = 32;

  explicit RemovalRuns(WriteSet* set) : set_(set) {}

  // The row of `key`, which comes after those of the calls before, goes.
  Status Remove(std::string_view key);
  // A row that stays, or one of another version, comes next; or there are no more.
  Status EndRun();

 private:
  WriteSet* const set_;
  std::vector<std::string> keys_;  // the first of the run
  std::string last_;
  size_t run_ = 0;
};

}  // namespace diotima
