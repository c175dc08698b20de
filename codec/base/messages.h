// Lists and suggestions in messages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace diotima {

// Returns "a, b, c".
std::string Join(const std::vector<std::string>& names, std::string_view separator = ", ");

// Returns the name among `known` with the fewest edits from `name` (a change of case counts half),
// or nothing when none is near.
std::string_view NearestName(std::string_view name, const std::vector<std::string>& known);

// Returns ": did you mean 'x'?" with the nearest name, or nothing when none is near.
std::string DidYouMean(std::string_view name, const std::vector<std::string>& known);

}  // namespace diotima
