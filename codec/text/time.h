// Dates and times as ISO-8601 text, in the proleptic Gregorian calendar.
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

// A date (its midnight in UTC), or a date and a time with `T`, `t` or a space between: seconds and
// fraction may be left out; `Z`, `+hh`, `+hhmm` or `+hh:mm` names the zone, else it is UTC. Years
// have four digits, or a sign and four to seven. Nothing where the text is none of this, names no
// real day or is out of the range of 64 bits.
std::optional<ParsedTime> ParseTime(std::string_view text);

// A date alone, in days since 1970-01-01.
std::optional<int32_t> ParseDate(std::string_view text);

// `2024-01-01T00:00:00.000000Z` and `2024-02-29`; years outside 0 to 9999 have a sign.
void AppendTimestamp(int64_t micros, std::string* out);
void AppendDate(int32_t days, std::string* out);

}  // namespace diotima
