// Numbers as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace diotima {

// The shortest text that reads back to `value`, always with a point or an exponent; "NaN",
// "Infinity", "-Infinity".
void AppendDouble(double value, std::string* out);

// "NaN", "Infinity", "-Infinity".
std::optional<double> ParseSpecialDouble(std::string_view text);

}  // namespace diotima
