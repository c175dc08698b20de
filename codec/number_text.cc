#include "number_text.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace diotima {
namespace {

// Takes digits off the front; false where there are none.
bool SkipDigits(std::string_view* text) {
  size_t count = 0;
  while (count < text->size() && (*text)[count] >= '0' && (*text)[count] <= '9') ++count;
  text->remove_prefix(count);
  return count > 0;
}

bool SkipOne(std::string_view* text, std::string_view characters) {
  if (text->empty() || characters.find(text->front()) == std::string_view::npos) return false;
  text->remove_prefix(1);
  return true;
}

template <typename T>
bool ParseAll(std::string_view text, T* out) {
  return std::from_chars(text.data(), text.data() + text.size(), *out).ec == std::errc();
}

// Whether a number that is out of the range of double is too large for it, not too small.
bool IsHuge(std::string_view text) {
  SkipOne(&text, "-");
  const size_t mark = std::min(text.find_first_of("eE"), text.size());
  int64_t exponent = 0;
  if (mark < text.size()) {
    std::string_view digits = text.substr(mark + 1);
    SkipOne(&digits, "+");
    if (!ParseAll(digits, &exponent)) return !digits.starts_with('-');
  }
  const size_t point = std::min(text.find('.'), mark);
  const size_t first = text.find_first_of("123456789");
  return exponent > static_cast<int64_t>(first) - static_cast<int64_t>(point);
}

}  // namespace

std::optional<double> ParseDecimal(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc()) return value;
  const double magnitude = IsHuge(text) ? std::numeric_limits<double>::infinity() : 0;
  return text.starts_with('-') ? -magnitude : magnitude;
}

std::optional<Value> ParseJsonNumber(std::string_view text) {
  std::string_view rest = text;
  SkipOne(&rest, "-");
  if (!SkipOne(&rest, "0") && !SkipDigits(&rest)) return std::nullopt;
  if (rest.empty()) {
    int64_t i = 0;
    uint64_t u = 0;
    if (ParseAll(text, &i)) return Value::Int64(i);
    return text.front() != '-' && ParseAll(text, &u) ? Value::Uint64(u) : Value::Absent();
  }
  if (SkipOne(&rest, ".") && !SkipDigits(&rest)) return std::nullopt;
  if (SkipOne(&rest, "eE")) {
    SkipOne(&rest, "+-");
    if (!SkipDigits(&rest)) return std::nullopt;
  }
  if (!rest.empty()) return std::nullopt;
  auto value = ParseDecimal(text);
  if (!value) return std::nullopt;
  return std::isinf(*value) ? Value::Absent() : Value::Double(*value);
}

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
