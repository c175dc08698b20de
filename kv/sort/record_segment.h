// Holds records of a key and a value in memory, and sorts them by key.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace diotima {

// Not thread-safe; movable. Records stay where they are until Clear() or destruction.
class RecordSegment {
 public:
  struct Record {
    uint64_t head;  // the first bytes of the key past the ids of feature and version, big-endian
    char* data;     // the key, then the value
    uint32_t key_size;
    uint32_t value_size;

    std::string_view key() const { return {data, key_size}; }
    std::string_view value() const { return {data + key_size, value_size}; }
    // The key, to be changed where that does not change its place.
    char* key_data() const { return data; }
  };

  void Add(std::string_view key, std::string_view value);
  // Stable: records of one key keep their order.
  void Sort();

  bool empty() const { return records_.empty(); }
  size_t size() const { return records_.size(); }
  // Returns about how much memory the records take.
  size_t bytes() const { return bytes_; }
  // Returns whether the records were added in ascending order of their keys.
  bool ascending() const { return ascending_; }
  const Record& operator[](size_t i) const { return records_[i]; }
  const std::vector<Record>& records() const { return records_; }
  // Returns the index of the first record whose key is not less than `key`. Requires ascending
  // order.
  size_t LowerBound(std::string_view key) const;

 private:
  char* Allocate(size_t size);

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  size_t left_ = 0;
  size_t block_size_ = 0;
  size_t bytes_ = 0;
  std::vector<Record> records_;
  bool ascending_ = true;
};

// Returns whether one key sorts before another; `a_head` and `b_head` are their heads.
bool KeyLess(std::string_view a, uint64_t a_head, std::string_view b, uint64_t b_head);
uint64_t KeyHead(std::string_view key);

}  // namespace diotima
