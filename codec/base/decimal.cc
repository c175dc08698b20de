#include "codec/base/decimal.h"

#include <array>
#include <cstring>

namespace diotima {
namespace {

constexpr std::array<char, 200> kPairs = [] {
  std::array<char, 200> pairs{};
  for (size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

void WritePair(uint32_t pair, char* out) { std::memcpy(out, &kPairs[2 * pair], 2); }

void WriteFour(uint32_t number, char* out) {
  WritePair(number / 100, out);
  WritePair(number % 100, out + 2);
}

void WriteEight(uint32_t number, char* out) {
  WriteFour(number / 10000, out);
  WriteFour(number % 10000, out + 4);
}

}  // namespace

// All 20 digits in fixed places, without a loop that waits for the division before; then the
// leading zeros are left out.
size_t WriteDecimal(uint64_t number, char* out) {
  constexpr uint64_t kEight = 100'000'000;
  char digits[2 * kMaxDecimal] = {};  // so that a copy of fixed length stays inside
  const uint64_t high = number / kEight;
  WriteFour(static_cast<uint32_t>(high / kEight), digits);
  WriteEight(static_cast<uint32_t>(high % kEight), digits + 4);
  WriteEight(static_cast<uint32_t>(number % kEight), digits + 12);
  size_t skip = 0;
  while (skip < kMaxDecimal - 1 && digits[skip] == '0') ++skip;
  std::memcpy(out, digits + skip, kMaxDecimal);
  return kMaxDecimal - skip;
}

}  // namespace diotima
