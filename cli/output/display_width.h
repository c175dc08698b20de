// Measures how wide text is on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace diotima::cli {

// Returns the code point at `*at`, and moves past it; U+FFFD for invalid bytes.
char32_t DecodePoint(std::string_view text, size_t* at);

// Returns `text` (UTF-8) on one line: control characters escaped, invalid bytes as U+FFFD.
std::string OneLine(std::string_view text);

// Returns how many columns a line of UTF-8 takes.
size_t DisplayWidth(std::string_view text);

// Returns `text`, or as much of it as fits `width` columns, with an ellipsis at the end.
std::string CutToWidth(std::string_view text, size_t width);

// Returns the columns of the terminal that standard output (or `descriptor`) is; 0 if it is not a
// terminal.
size_t TerminalWidth(int descriptor = 1);

}  // namespace diotima::cli
