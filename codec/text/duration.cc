// Durations as text: `30d`, `1h30m`.
#include <diotima/text.h>

#include <array>
#include <charconv>
#include <limits>

#include "codec/text/time.h"

namespace diotima {
namespace {

struct Unit {
  char name;
  int64_t micros;
};
constexpr int64_t kSecond = 1'000'000;
constexpr std::array<Unit, 5> kUnits = {{{'w', 7 * 86400 * kSecond},
                                         {'d', 86400 * kSecond},
                                         {'h', 3600 * kSecond},
                                         {'m', 60 * kSecond},
                                         {'s', kSecond}}};

Status NoDuration(std::string_view text) {
  return Status::InvalidArgument("'" + std::string(text) +
                                 "' is no duration: write numbers with w, d, h, m or s, as 30d");
}

}  // namespace

Result<Duration> ParseDuration(std::string_view text) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  int64_t sum = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  if (at == end) return NoDuration(text);
  while (at != end) {
    int64_t number = 0;
    const auto parsed = std::from_chars(at, end, number);
    if (parsed.ec != std::errc() || number < 0 || parsed.ptr == end) return NoDuration(text);
    const Unit* unit = nullptr;
    for (const Unit& candidate : kUnits) {
      if (candidate.name == *parsed.ptr) unit = &candidate;
    }
    if (unit == nullptr || number > (kMax - sum) / unit->micros) return NoDuration(text);
    sum += number * unit->micros;
    at = parsed.ptr + 1;
  }
  return Duration(sum);
}

std::string DurationText(Duration duration) {
  const int64_t micros = duration.count();
  for (const Unit& unit : kUnits) {
    if (micros != 0 && micros % unit.micros == 0) {
      return std::to_string(micros / unit.micros) + unit.name;
    }
  }
  return std::to_string(micros / kSecond) + "s";
}

std::string TimestampText(Time time) {
  std::string text;
  AppendTimestamp(ToMicros(time), &text);
  return text;
}

}  // namespace diotima
