// Parses filter text to tests and steps.
#pragma once

#include <string_view>

#include "codec/filter/tree.h"

namespace diotima {

// Parses as Filter::Parse does. Takes linear time and no recursion, whatever the nesting.
Result<FilterTree> ParseFilter(std::string_view text);

}  // namespace diotima
