// What fuzz targets share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace diotima {

inline std::string_view Bytes(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// The bytes as an open file; null for none, which a memory file cannot be.
inline std::FILE* OpenMemory(const uint8_t* data, size_t size) {
  return size == 0 ? nullptr : fmemopen(const_cast<uint8_t*>(data), size, "r");
}

}  // namespace diotima
