#include "codec/base/compare.h"

#include <cmath>

namespace diotima {
namespace {

constexpr int64_t kMicrosPerDay = 86'400'000'000;

template <typename T>
int Order(T a, T b) {
  return static_cast<int>(a > b) - static_cast<int>(a < b);
}

int CompareDoubles(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return Order(std::isnan(a), std::isnan(b));
  return Order(a, b);
}

// An integer is compared with the double's whole part, then with nothing against its fraction, so
// that neither is rounded.
template <typename T>
int CompareWithDouble(T a, double b) {
  constexpr double kEnd = std::is_signed_v<T> ? 0x1p63 : 0x1p64;
  constexpr double kBegin = std::is_signed_v<T> ? -0x1p63 : 0.0;
  if (std::isnan(b) || b >= kEnd) return -1;
  if (b < kBegin) return 1;
  const T whole = static_cast<T>(b);
  if (a != whole) return Order(a, whole);
  return Order(static_cast<double>(whole), b);
}

int CompareInts(int64_t a, uint64_t b) { return a < 0 ? -1 : Order(static_cast<uint64_t>(a), b); }

int CompareNumbers(const Value& a, const Value& b) {
  if (a.kind() == Kind::kDouble) {
    if (b.kind() == Kind::kDouble) return CompareDoubles(a.double_value(), b.double_value());
    return -CompareNumbers(b, a);
  }
  if (a.kind() == Kind::kUint64) {
    if (b.kind() == Kind::kUint64) return Order(a.uint64_value(), b.uint64_value());
    if (b.kind() == Kind::kInt64) return -CompareInts(b.int64_value(), a.uint64_value());
    return CompareWithDouble(a.uint64_value(), b.double_value());
  }
  if (b.kind() == Kind::kInt64) return Order(a.int64_value(), b.int64_value());
  if (b.kind() == Kind::kUint64) return CompareInts(a.int64_value(), b.uint64_value());
  return CompareWithDouble(a.int64_value(), b.double_value());
}

// The day first, then the microsecond in it: days as microseconds need not fit 64 bits.
int CompareDateWithTime(int32_t date, int64_t micros) {
  int64_t day = micros / kMicrosPerDay - static_cast<int64_t>(micros % kMicrosPerDay < 0);
  if (day != date) return Order<int64_t>(date, day);
  return micros == day * kMicrosPerDay ? 0 : -1;
}

int CompareTimes(const Value& a, const Value& b) {
  const bool a_date = a.kind() == Kind::kDate;
  const bool b_date = b.kind() == Kind::kDate;
  if (a_date && b_date) return Order(a.date_days(), b.date_days());
  if (a_date) return CompareDateWithTime(a.date_days(), b.timestamp_micros());
  if (b_date) return -CompareDateWithTime(b.date_days(), a.timestamp_micros());
  return Order(a.timestamp_micros(), b.timestamp_micros());
}

}  // namespace

ValueClass ClassOf(Kind kind) {
  switch (kind) {
    case Kind::kAbsent:
    case Kind::kNull:
      return ValueClass::kNull;
    case Kind::kBool:
      return ValueClass::kBool;
    case Kind::kInt64:
    case Kind::kUint64:
    case Kind::kDouble:
      return ValueClass::kNumber;
    case Kind::kString:
      return ValueClass::kText;
    case Kind::kBytes:
      return ValueClass::kBytes;
    case Kind::kTimestamp:
    case Kind::kDate:
      return ValueClass::kTime;
    case Kind::kList:
    case Kind::kMap:
    case Kind::kStruct:
      return ValueClass::kNested;
  }
  return ValueClass::kNested;
}

int CompareValues(const Value& a, const Value& b) {
  assert(ClassOf(a.kind()) == ClassOf(b.kind()));
  switch (ClassOf(a.kind())) {
    case ValueClass::kBool:
      return Order(a.bool_value(), b.bool_value());
    case ValueClass::kNumber:
      return CompareNumbers(a, b);
    case ValueClass::kText:
    case ValueClass::kBytes:
      return a.text().compare(b.text());
    case ValueClass::kTime:
      return CompareTimes(a, b);
    case ValueClass::kNull:
    case ValueClass::kNested:
      break;
  }
  return 0;
}

}  // namespace diotima
