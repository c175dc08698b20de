// Filter text to tests and steps.
#pragma once

#include <string_view>

#include "codec/filter/tree.h"

namespace diotima {

// As Filter::Parse. Takes linear time and no recursion, whatever the nesting.
Result<FilterTree> ParseFilter(std::string_view text);

}  // namespace diotima
