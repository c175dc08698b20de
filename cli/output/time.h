// Parses and prints times on the command line.
#pragma once

#include <diotima/status.h>
#include <diotima/time.h>

#include <cstdint>
#include <string>

namespace diotima::cli {

// Parses ISO-8601 text, or microseconds since 1970 as an integer.
Result<Time> ParseTimeArgument(const std::string& text);

}  // namespace diotima::cli
