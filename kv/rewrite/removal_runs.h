// Collects row removals in key order; turns long runs into range deletions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kv/commit/write_set.h"

namespace diotima {

// Not thread-safe.
class RemovalRuns {
 public:
  // A longer run becomes one range deletion. A range deletion costs readers about as much as this
  // many deleted rows, which they pass one by one.
  static constexpr size_t kLongestOfSingles = 32;

  explicit RemovalRuns(WriteSet* set) : set_(set) {}

  // Removes the row of `key`, which must come after the keys of earlier calls.
  Status Remove(std::string_view key);
  // Ends a run: the next row stays, or is of another version, or there are no more rows.
  Status EndRun();

 private:
  WriteSet* const set_;
  std::vector<std::string> keys_;  // the first of the run
  std::string last_;
  size_t run_ = 0;
};

}  // namespace diotima
