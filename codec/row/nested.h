// Encodes nested values as FlexBuffers: lists and structs as vectors, maps as vectors of keys and
// values in turn, which keep the order of entries. docs/format.md.
#pragma once

#include <diotima/value.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace diotima {

// Encodes a nested value.
std::vector<uint8_t> EncodeNested(const Value& value);
// Returns the value of `type` in `bytes`, in memory of `arena`; text points into `bytes` or
// into the arena. Null if the bytes are not of that type. `bytes` must be verified.
Value DecodeNested(std::string_view bytes, const Type& type, Arena* arena);
bool VerifyNested(std::string_view bytes);

}  // namespace diotima
