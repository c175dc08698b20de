// Writes numbers as decimal text, the form of xxHash digests. A row has several, so this is fast.
#pragma once

#include <cstdint>
#include <string>

namespace diotima {

inline constexpr size_t kMaxDecimal = 20;

// Writes `number` to `out` (at least kMaxDecimal bytes) and returns its length.
size_t WriteDecimal(uint64_t number, char* out);

inline void AppendDecimal(uint64_t number, std::string* out) {
  char buffer[kMaxDecimal];
  out->append(buffer, WriteDecimal(number, buffer));
}

}  // namespace diotima
