// Checks keys of features and fields, and prints names in messages.
#pragma once

#include <diotima/status.h>

#include <string>
#include <string_view>
#include <vector>

namespace diotima {

// Returns what is wrong with a key, as the end of a sentence that starts with the key; nothing for
// a good key.
std::string KeyFault(std::string_view key);

// Returns whether `a` comes before `b` when they are compared part by part: `a/b` before `a-b`.
bool LessByPart(std::string_view a, std::string_view b);

// Returns `name` in quotes, on one line whatever is in it.
std::string Quoted(std::string_view name);

// Returns "a", "b" and "c" as a list.
std::string QuotedList(const std::vector<std::string>& names);

// Returns "; did you mean "x"?", or the known names when none is near; nothing when nothing is
// known.
std::string Hint(std::string_view name, const std::vector<std::string>& known);

}  // namespace diotima
