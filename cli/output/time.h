// Times as the command line takes and prints them.
#pragma once

#include <diotima/status.h>
#include <diotima/time.h>

#include <cstdint>
#include <string>

namespace diotima::cli {

// ISO-8601 text, or microseconds since 1970 as an integer.
Result<Time> ParseTimeArgument(const std::string& text);

}  // namespace diotima::cli
