// FlatBuffers loads numbers where they lie, so a buffer of them must begin at a multiple of 8.
#pragma once

#include <diotima/value.h>

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace diotima {

inline bool IsAligned(std::string_view bytes) {
  return reinterpret_cast<uintptr_t>(bytes.data()) % sizeof(uint64_t) == 0;
}

// Returns `bytes` where they are aligned, else a copy in `arena`.
inline std::string_view Align(std::string_view bytes, Arena* arena) {
  if (IsAligned(bytes)) return bytes;
  char* const copy = arena->Allocate(bytes.size(), sizeof(uint64_t));
  std::memcpy(copy, bytes.data(), bytes.size());
  return {copy, bytes.size()};
}

// Gives bytes of any address an aligned one. Reusable. Not thread-safe.
class AlignedBytes {
 public:
  // Returns `bytes` where they are aligned, else a copy, which is valid until the next call.
  std::string_view Align(std::string_view bytes) {
    if (IsAligned(bytes)) return bytes;
    const size_t words = (bytes.size() + sizeof(uint64_t) - 1) / sizeof(uint64_t);
    if (copy_.size() < words) copy_.resize(words);
    std::memcpy(copy_.data(), bytes.data(), bytes.size());
    return {reinterpret_cast<const char*>(copy_.data()), bytes.size()};
  }

 private:
  std::vector<uint64_t> copy_;
};

}  // namespace diotima
