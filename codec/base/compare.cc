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
    if (b.kind() == Kind::kDouble)
      return CompareDoubles(a.unchecked_double(), b.unchecked_double());
    return -CompareNumbers(b, a);
  }
  if (a.kind() == Kind::kUint64) {
    if (b.kind() == Kind::kUint64) return Order(a.unchecked_uint64(), b.unchecked_uint64());
    if (b.kind() == Kind::kInt64) return -CompareInts(b.unchecked_int64(), a.unchecked_uint64());
    return CompareWithDouble(a.unchecked_uint64(), b.unchecked_double());
  }
  if (b.kind() == Kind::kInt64) return Order(a.unchecked_int64(), b.unchecked_int64());
  if (b.kind() == Kind::kUint64) return CompareInts(a.unchecked_int64(), b.unchecked_uint64());
  return CompareWithDouble(a.unchecked_int64(), b.unchecked_double());
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
  if (a_date && b_date) return Order(a.unchecked_date(), b.unchecked_date());
  if (a_date) return CompareDateWithTime(a.unchecked_date(), b.unchecked_timestamp());
  if (b_date) return -CompareDateWithTime(b.unchecked_date(), a.unchecked_timestamp());
  return Order(a.unchecked_timestamp(), b.unchecked_timestamp());
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
      return Order(a.unchecked_bool(), b.unchecked_bool());
    case ValueClass::kNumber:
      return CompareNumbers(a, b);
    case ValueClass::kText:
    case ValueClass::kBytes:
      return a.unchecked_text().compare(b.unchecked_text());
    case ValueClass::kTime:
      return CompareTimes(a, b);
    case ValueClass::kNull:
    case ValueClass::kNested:
      break;
  }
  return 0;
}

}  // namespace diotima
