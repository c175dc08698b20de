// Checks of UTF-8.
#pragma once

#include <optional>
#include <string_view>

namespace diotima {

// The offset of the first byte that does not belong to valid UTF-8 (no surrogates, no overlong
// forms), or nothing.
std::optional<size_t> FindInvalidUtf8(std::string_view text);

}  // namespace diotima
