// Checks a TOML text before toml++ reads it.
#pragma once

#include <diotima/status.h>

#include <string>
#include <string_view>

namespace diotima {

// Refuses texts on which toml++ 3.3 fails badly:
// - It limits how deep values nest, but not how many parts a dotted key has, and takes its trees
//   down recursively. So dots and brackets together must not be deeper than kMaxDocumentDepth.
// - It asserts that a key stands after `[` in a table header, and that `}` does not close an array.
// - It has undefined behaviour at characters outside of ASCII in keys that are not quoted, and in
//   what it takes for more of a number or a time.
Status CheckTomlText(std::string_view text, const std::string& source);

}  // namespace diotima
