// How wide text is on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace diotima::cli {

// The code point at `*at`, which moves past it; U+FFFD for what is none.
char32_t DecodePoint(std::string_view text, size_t* at);

// `text` (UTF-8) on one line: control characters escaped, bytes that are no UTF-8 as U+FFFD.
std::string OneLine(std::string_view text);

// Columns that a line of UTF-8 takes.
size_t DisplayWidth(std::string_view text);

// `text`, or as much of it as fits `width` columns with an ellipsis at the end.
std::string CutToWidth(std::string_view text, size_t width);

// The columns of the terminal that standard output (or `descriptor`) is; 0 when it is none.
size_t TerminalWidth(int descriptor = 1);

}  // namespace diotima::cli
