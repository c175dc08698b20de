#include "number_text.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace diotima {

void AppendDouble(double value, std::string* out) {
  if (std::isnan(value)) {
    out->append("NaN");
  } else if (std::isinf(value)) {
    out->append(value < 0 ? "-Infinity" : "Infinity");
  } else {
    char digits[32];
    auto [end, error] = std::to_chars(digits, digits + sizeof(digits), value);
    std::string_view text(digits, static_cast<size_t>(end - digits));
    out->append(text);
    if (text.find_first_of(".e") == std::string_view::npos) out->append(".0");
  }
}

std::optional<double> ParseSpecialDouble(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

}  // namespace diotima
