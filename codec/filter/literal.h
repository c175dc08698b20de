// Parses numbers in filters.
#pragma once

#include <optional>
#include <string_view>

#include "codec/filter/tree.h"

namespace diotima {

// Returns the number `digits` (without a sign, in the grammar of the lexer), negated or not.
// Nothing if it is beyond the range of double.
std::optional<FilterLiteral> NumberLiteral(std::string_view digits, bool negative);

}  // namespace diotima
