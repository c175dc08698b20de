// Keys of features and fields, and names in messages.
#pragma once

#include <diotima/status.h>

#include <string>
#include <string_view>
#include <vector>

namespace diotima {

// What is wrong with a key, as the end of a sentence that starts with the key; empty when it is
// good.
std::string KeyFault(std::string_view key);

// Whether `a` comes before `b` when they are compared part by part: `a/b` before `a-b`.
bool LessByPart(std::string_view a, std::string_view b);

// `name` in quotes, on one line whatever is in it.
std::string Quoted(std::string_view name);

// "a", "b" and "c".
std::string QuotedList(const std::vector<std::string>& names);

// "did you mean "x"?", or the known names where none is near; starts with "; ", or is empty when
// nothing is known.
std::string Hint(std::string_view name, const std::vector<std::string>& known);

}  // namespace diotima
