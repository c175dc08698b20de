#include "codec/filter/literal.h"

#include <charconv>
#include <cmath>

#include "codec/text/number.h"

namespace diotima {
namespace {

constexpr size_t kMaxDigits = 20;  // of an unsigned integer of 64 bits

// The digits of the number without point and exponent, as an integer, if it is one: 1.50e3 is 1500.
std::optional<uint64_t> ExactMagnitude(std::string_view text) {
  size_t mark = std::min(text.find_first_of("eE"), text.size());
  int64_t exponent = 0;
  if (mark < text.size()) {
    std::string_view digits = text.substr(mark + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    auto end = digits.data() + digits.size();
    if (std::from_chars(digits.data(), end, exponent).ec != std::errc()) return std::nullopt;
    if (std::abs(exponent) > 100'000'000) return std::nullopt;
  }
  std::string digits;
  bool fraction = false;
  for (char c : text.substr(0, mark)) {
    if (c == '.') {
      fraction = true;
    } else {
      digits.push_back(c);
      exponent -= fraction ? 1 : 0;
    }
  }
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty()) return 0;
  size_t zeros = digits.size() - 1 - digits.find_last_not_of('0');
  digits.resize(digits.size() - zeros);
  exponent += static_cast<int64_t>(zeros);
  if (exponent < 0 || digits.size() + static_cast<size_t>(exponent) > kMaxDigits) {
    return std::nullopt;
  }
  digits.append(static_cast<size_t>(exponent), '0');
  uint64_t value = 0;
  auto end = digits.data() + digits.size();
  if (std::from_chars(digits.data(), end, value).ec != std::errc()) return std::nullopt;
  return value;
}

Value Integer(uint64_t magnitude, bool negative) {
  constexpr uint64_t kMin = uint64_t{1} << 63;
  if (!negative) {
    return magnitude < kMin ? Value::Int64(static_cast<int64_t>(magnitude))
                            : Value::Uint64(magnitude);
  }
  return magnitude <= kMin ? Value::Int64(static_cast<int64_t>(0 - magnitude)) : Value::Absent();
}

}  // namespace

std::optional<FilterLiteral> NumberLiteral(std::string_view digits, bool negative) {
  FilterLiteral literal{.kind = FilterLiteral::Kind::kNumber};
  literal.decimal = digits.find_first_of(".eE") != std::string_view::npos;
  literal.text = (negative ? "-" : "") + std::string(digits);
  auto number = ParseDecimal(digits);
  if (!number || std::isinf(*number)) return std::nullopt;
  literal.number = *number;
  if (negative) literal.number = -literal.number;
  if (auto magnitude = ExactMagnitude(digits)) literal.integer = Integer(*magnitude, negative);
  return literal;
}

}  // namespace diotima
