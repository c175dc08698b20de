#include "cli/output/time.h"

#include <diotima/text.h>

#include <charconv>

namespace diotima::cli {

Result<Time> ParseTimeArgument(const std::string& text) {
  int64_t micros = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, micros);
  if (parsed.ec == std::errc() && parsed.ptr == end) return FromMicros(micros);
  return ParseTimestamp(text);
}

}  // namespace diotima::cli
