// Numbers as text.
#pragma once

#include <diotima/value.h>

#include <optional>
#include <string>
#include <string_view>

namespace diotima {

// The shortest text that reads back to `value`, always with a point or an exponent; "NaN",
// "Infinity", "-Infinity".
void AppendDouble(double value, std::string* out);

// The double nearest to a decimal number, in the grammar of std::from_chars; infinite beyond the
// range. Nothing for any other text. (strtod depends on the locale.)
std::optional<double> ParseDecimal(std::string_view text);

// A number in JSON's grammar: int64, uint64 where it is beyond that, double where it has a point or
// an exponent; absent where it is out of range. False for any other text.
bool ParseJsonNumber(std::string_view text, Value* out);
inline std::optional<Value> ParseJsonNumber(std::string_view text) {
  Value value;
  return ParseJsonNumber(text, &value) ? std::optional(value) : std::nullopt;
}

// "NaN", "Infinity", "-Infinity".
std::optional<double> ParseSpecialDouble(std::string_view text);

}  // namespace diotima
