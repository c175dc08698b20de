#include "codec/base/utf8.h"

#include <cstdint>
#include <cstring>

#include "codec/base/simdjson_no_throw.h"

namespace diotima {
namespace {

// The length of the well-formed sequence at the start of `text`, 0 if there is none (Unicode,
// table 3-7: only the second byte has a range that depends on the first).
size_t SequenceLength(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  const uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (size_t i = 2; i < length; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return length;
}

// Of short text, where a call of the library costs more than the text.
bool IsShortAscii(std::string_view text) {
  constexpr size_t kShort = 64;
  constexpr uint64_t kHighBits = 0x8080808080808080;
  if (text.size() > kShort) return false;
  uint64_t bits = 0;
  size_t at = 0;
  for (; at + sizeof(bits) <= text.size(); at += sizeof(bits)) {
    uint64_t eight;
    std::memcpy(&eight, text.data() + at, sizeof(eight));
    bits |= eight;
  }
  for (; at < text.size(); ++at) bits |= static_cast<uint8_t>(text[at]);
  return (bits & kHighBits) == 0;
}

}  // namespace

std::optional<size_t> FindInvalidUtf8(std::string_view text) {
  // Nearly all text is valid, and that is told fast.
  if (IsShortAscii(text)) return std::nullopt;
  if (simdjson::validate_utf8(text.data(), text.size())) return std::nullopt;
  for (size_t at = 0; at < text.size();) {
    size_t length = SequenceLength(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

}  // namespace diotima
