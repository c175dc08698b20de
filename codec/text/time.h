// Parses and prints dates and times in ISO-8601, in the proleptic Gregorian calendar.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace diotima {

struct ParsedTime {
  int64_t micros = 0;          // since 1970-01-01T00:00:00Z, rounded down
  bool beyond_micros = false;  // the text says more than microseconds hold
};

// Parses a date (its midnight in UTC), or a date and a time with `T`, `t` or a space between them.
// Seconds and fraction may be left out. `Z`, `+hh`, `+hhmm` or `+hh:mm` names the zone; the default
// is UTC. Years have four digits, or a sign and four to seven. Returns nothing for any other text,
// for days that do not exist, and beyond the range of 64 bits.
std::optional<ParsedTime> ParseTime(std::string_view text);

// Parses a date, in days since 1970-01-01.
std::optional<int32_t> ParseDate(std::string_view text);

// Print `2024-01-01T00:00:00.000000Z` and `2024-02-29`; years outside 0 to 9999 have a sign.
void AppendTimestamp(int64_t micros, std::string* out);
void AppendDate(int32_t days, std::string* out);

}  // namespace diotima
