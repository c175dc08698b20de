// "Did you mean …": the known name that a mistyped one is nearest to.
#pragma once

#include <string_view>
#include <vector>

namespace diotima {

// The name among `known` with the fewest edits from `name` (letters of another case count half), or
// nothing when none is near.
std::string_view SimilarName(std::string_view name, const std::vector<std::string_view>& known);

}  // namespace diotima
