#include "cli/output/display_width.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <clocale>
#include <cstdint>
#include <cstdlib>
#include <cwchar>

namespace diotima::cli {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

size_t PointWidth(char32_t point) {
  if (point < 0x7F) return 1;
  static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (utf8 == nullptr) return 1;
  const locale_t before = uselocale(utf8);
  const int width = wcwidth(static_cast<wchar_t>(point));
  uselocale(before);
  return width < 0 ? 1 : static_cast<size_t>(width);
}

void AppendEscape(char32_t point, std::string* out) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (point) {
    case '\n':
      *out += "\\n";
      return;
    case '\t':
      *out += "\\t";
      return;
    case '\r':
      *out += "\\r";
      return;
    default:
      *out += "\\x";
      *out += kHex[(point >> 4) & 15];
      *out += kHex[point & 15];
  }
}

}  // namespace

char32_t DecodePoint(std::string_view text, size_t* at) {
  const auto first = static_cast<uint8_t>(text[(*at)++]);
  if (first < 0x80) return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC2 ? 1 : 0;
  char32_t point = first & (0x3F >> more);
  if (more == 0 || first > 0xF4 || *at + static_cast<size_t>(more) > text.size()) {
    return kReplacement;
  }
  for (int i = 0; i < more; ++i) {
    const auto next = static_cast<uint8_t>(text[*at + static_cast<size_t>(i)]);
    if ((next & 0xC0) != 0x80) return kReplacement;
    point = (point << 6) | (next & 0x3F);
  }
  *at += static_cast<size_t>(more);
  return point;
}

std::string OneLine(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const char32_t point = DecodePoint(text, &at);
    if (point < 0x20 || (point >= 0x7F && point < 0xA0)) {
      AppendEscape(point, &out);
    } else if (point == kReplacement) {
      out += "\xEF\xBF\xBD";
    } else {
      out += text.substr(begin, at - begin);
    }
  }
  return out;
}

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) width += PointWidth(DecodePoint(text, &at));
  return width;
}

std::string CutToWidth(std::string_view text, size_t width) {
  if (text.size() <= width || DisplayWidth(text) <= width) return std::string(text);
  size_t used = 0, end = 0;
  for (size_t at = 0; at < text.size();) {
    used += PointWidth(DecodePoint(text, &at));
    if (used + 1 > width) break;
    end = at;
  }
  return std::string(text.substr(0, end)) + "…";
}

size_t TerminalWidth(int descriptor) {
  if (isatty(descriptor) == 0) return 0;
  winsize size = {};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  const long parsed = columns != nullptr ? std::strtol(columns, nullptr, 10) : 0;
  return parsed > 0 ? static_cast<size_t>(parsed) : 80;
}

}  // namespace diotima::cli
