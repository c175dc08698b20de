#include "kv/sort/record_segment.h"

#include <algorithm>
#include <cstring>

#include "codec/row/key.h"

namespace diotima {
namespace {

constexpr size_t kFirstBlock = size_t{4} << 10;  // most commits are small
constexpr size_t kLargestBlock = size_t{1} << 20;

}  // namespace

// Keys of rows share the ids; what follows tells most of them apart without a cache miss.
uint64_t KeyHead(std::string_view key) {
  if (key.size() >= kRowKeyPrefixSize + 8) return ReadUint64(key.data() + kRowKeyPrefixSize);
  uint64_t head = 0;
  for (size_t i = kRowKeyPrefixSize; i < kRowKeyPrefixSize + 8; ++i) {
    head = head << 8 | (i < key.size() ? static_cast<uint8_t>(key[i]) : 0);
  }
  return head;
}

bool KeyLess(std::string_view a, uint64_t a_head, std::string_view b, uint64_t b_head) {
  // The heads decide only between keys of one feature version.
  if (a_head != b_head && a.size() >= kRowKeyPrefixSize && b.size() >= kRowKeyPrefixSize &&
      std::memcmp(a.data(), b.data(), kRowKeyPrefixSize) == 0) {
    return a_head < b_head;
  }
  return a < b;
}

char* RecordSegment::Allocate(size_t size) {
  if (size > left_) {
    block_size_ = std::min(std::max(2 * block_size_, kFirstBlock), kLargestBlock);
    left_ = std::max(size, block_size_);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
    next_ = blocks_.back().get();
  }
  char* const out = next_;
  next_ += size;
  left_ -= size;
  return out;
}

void RecordSegment::Add(std::string_view key, std::string_view value) {
  char* const data = Allocate(key.size() + value.size());
  std::memcpy(data, key.data(), key.size());
  if (!value.empty()) std::memcpy(data + key.size(), value.data(), value.size());
  if (ascending_ && !records_.empty() && records_.back().key() > key) ascending_ = false;
  records_.push_back(
      {KeyHead(key), data, static_cast<uint32_t>(key.size()), static_cast<uint32_t>(value.size())});
  bytes_ += key.size() + value.size() + sizeof(Record);
}

void RecordSegment::Sort() {
  if (ascending_) return;
  std::stable_sort(records_.begin(), records_.end(), [](const Record& a, const Record& b) {
    return KeyLess(a.key(), a.head, b.key(), b.head);
  });
  ascending_ = true;
}

size_t RecordSegment::LowerBound(std::string_view key) const {
  const auto it = std::lower_bound(records_.begin(), records_.end(), key,
                                   [](const Record& r, std::string_view k) { return r.key() < k; });
  return static_cast<size_t>(it - records_.begin());
}

}  // namespace diotima
