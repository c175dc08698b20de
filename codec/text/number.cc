#include "codec/text/number.h"

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

// Numbers of up to 18 digits without an exponent, in one pass. False where it is for others to say
// what the text is.
bool ParseShortNumber(std::string_view text, Value* out) {
  constexpr uint64_t kExact = uint64_t{1} << 53;
  constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
  const bool negative = text.starts_with('-');
  const std::string_view number = text.substr(negative ? 1 : 0);
  uint64_t digits = 0;
  size_t at = 0, point = number.size();
  for (; at < number.size(); ++at) {
    const auto digit = static_cast<unsigned char>(number[at] - '0');
    if (digit <= 9) {
      digits = digits * 10 + digit;
    } else if (number[at] == '.' && point == number.size()) {
      point = at;
    } else {
      return false;
    }
  }
  const bool integer = point == number.size();
  if (number.size() > (integer ? 18 : 19)) return false;
  if (point == 0 || point + 1 == number.size()) return false;  // no digit on one side of the point
  if (number[0] == '0' && point > 1) return false;
  if (integer) {
    const auto value = static_cast<int64_t>(digits);
    *out = Value::Int64(negative ? -value : value);
  } else if (digits <= kExact) {
    // Both are exact, and so the quotient is the double nearest to the number.
    const double value = static_cast<double>(digits) / kPowers[number.size() - point - 1];
    *out = Value::Double(negative ? -value : value);
  } else {
    double value = 0;
    ParseAll(text, &value);
    *out = Value::Double(value);
  }
  return true;
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

std::optional<double> ParseFiniteDecimal(std::string_view text) {
  const auto value = ParseDecimal(text);
  if (!value || std::isinf(*value)) return std::nullopt;
  if (text.starts_with('-')) text.remove_prefix(1);
  if (*value == 0) {
    const bool zero = text.substr(0, text.find_first_of("eE")).find_first_of("123456789") ==
                      std::string_view::npos;
    return zero ? value : std::nullopt;
  }
  if (text.find_first_not_of("0123456789") != std::string_view::npos) return value;
  char digits[std::numeric_limits<double>::max_exponent10 + 2];
  const auto end = std::to_chars(digits, digits + sizeof(digits), std::fabs(*value),
                                 std::chars_format::fixed, 0);
  text.remove_prefix(text.find_first_not_of('0'));
  return text == std::string_view(digits, end.ptr) ? value : std::nullopt;
}

bool ParseJsonNumber(std::string_view text, Value* out) {
  if (ParseShortNumber(text, out)) return true;
  std::string_view rest = text;
  SkipOne(&rest, "-");
  if (!SkipOne(&rest, "0") && !SkipDigits(&rest)) return false;
  *out = Value::Absent();
  if (rest.empty()) {
    int64_t i = 0;
    uint64_t u = 0;
    if (ParseAll(text, &i)) {
      *out = Value::Int64(i);
    } else if (text.front() != '-' && ParseAll(text, &u)) {
      *out = Value::Uint64(u);
    }
    return true;
  }
  if (SkipOne(&rest, ".") && !SkipDigits(&rest)) return false;
  if (SkipOne(&rest, "eE")) {
    SkipOne(&rest, "+-");
    if (!SkipDigits(&rest)) return false;
  }
  if (!rest.empty()) return false;
  if (const auto value = ParseFiniteDecimal(text)) *out = Value::Double(*value);
  return true;
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
