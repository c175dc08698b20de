// The time types of the public interface.
#pragma once

#include <chrono>
#include <cstdint>

namespace diotima {

// A moment: microseconds since 1970-01-01T00:00:00Z. Commit times, `as_of`, timestamps of rows.
using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

// Converts from and to the integer that keys and rows hold.
constexpr Time FromMicros(int64_t micros) { return Time(Duration(micros)); }
constexpr int64_t ToMicros(Time time) { return time.time_since_epoch().count(); }

}  // namespace diotima
