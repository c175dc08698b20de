// Sorts records by key within a memory budget: past it, sorted runs go to files and are merged.
#pragma once

#include <diotima/status.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace diotima {

// Add records, Sort once, then step through them in ascending order of key; records of one key keep
// the order in which they were added. Not thread-safe. Its files vanish with it.
class Sorter {
 public:
  // `directory` must exist if the budget (in bytes) is passed.
  Sorter(std::string directory, size_t memory_budget);
  ~Sorter();
  Sorter(const Sorter&) = delete;

  Status Add(std::string_view key, std::string_view value);
  Status Sort();

  bool Valid() const { return valid_; }
  // The record lives until Next().
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }
  Status Next();

  uint64_t records() const { return records_; }
  // Key and value bytes added.
  uint64_t bytes() const { return bytes_; }
  size_t runs() const { return runs_.size(); }

 private:
  class Run;
  struct Entry;

  std::string_view KeyOf(const Entry& entry) const;
  void SortMemory();
  Status SpillMemory();
  Status StepMemory();
  Status StepRuns();

  const std::string directory_;
  const size_t budget_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  size_t left_ = 0;
  size_t used_ = 0;
  std::vector<Entry> entries_;
  bool ascending_ = true;
  std::vector<std::unique_ptr<Run>> runs_;
  std::vector<Run*> heap_;
  size_t position_ = 0;
  bool valid_ = false;
  std::string_view key_, value_;
  uint64_t records_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace diotima
