// Numbers as filters write them.
#pragma once

#include <optional>
#include <string_view>

#include "codec/filter/tree.h"

namespace diotima {

// The number `digits` (without a sign, in the grammar of the lexer), negated or not. Nothing where
// it is beyond the range of double.
std::optional<FilterLiteral> NumberLiteral(std::string_view digits, bool negative);

}  // namespace diotima
