// Prints and parses numbers.
#pragma once

#include <diotima/value.h>

#include <optional>
#include <string>
#include <string_view>

namespace diotima {

// Appends the shortest text that reads back to `value`, always with a point or an exponent; "NaN",
// "Infinity" or "-Infinity".
void AppendDouble(double value, std::string* out);

// Returns the double nearest to a decimal number, in the grammar of std::from_chars; infinity
// beyond the range. Nothing for any other text. (strtod depends on the locale.)
std::optional<double> ParseDecimal(std::string_view text);

// Returns the double that a decimal number stands for, with the rounding that fractions always
// need. Nothing for any other text, and for a number that would become another one: an integer that
// no double holds exactly, infinity, or zero for a number that is not.
std::optional<double> ParseFiniteDecimal(std::string_view text);

// Parses a number in JSON's grammar: an int64, a uint64 beyond that, a double if it has a point or
// an exponent; absent if it would become another number. Returns false for any other text.
bool ParseJsonNumber(std::string_view text, Value* out);
inline std::optional<Value> ParseJsonNumber(std::string_view text) {
  Value value;
  return ParseJsonNumber(text, &value) ? std::optional(value) : std::nullopt;
}

// Parses "NaN", "Infinity" and "-Infinity".
std::optional<double> ParseSpecialDouble(std::string_view text);

}  // namespace diotima
