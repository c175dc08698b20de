#include "codec/text/time.h"

#include <charconv>

namespace diotima {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kSecondsPerDay = 86'400;

// Days from civil and back: https://howardhinnant.github.io/date_algorithms.html, with years that
// begin in March so that the leap day is the last.
int64_t DaysFromCivil(int64_t year, int month, int day) {
  year -= static_cast<int64_t>(month <= 2);
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719'468;
}

struct Civil {
  int64_t year;
  int month;
  int day;
};

Civil CivilFromDays(int64_t days) {
  days += 719'468;
  const int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const int64_t doe = days - era * 146'097;
  const int64_t yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
  const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int64_t mp = (5 * doy + 2) / 153;
  const int month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  return {yoe + era * 400 + static_cast<int64_t>(month <= 2), month,
          static_cast<int>(doy - (153 * mp + 2) / 5 + 1)};
}

int DaysInMonth(int64_t year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes text off the front, piece by piece.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }
  char Peek() const { return text_.empty() ? '\0' : text_.front(); }
  bool Take(char c) {
    if (Peek() != c || done()) return false;
    text_.remove_prefix(1);
    return true;
  }
  // Exactly `count` digits, with a value from `low` to `high`.
  bool Digits(size_t count, int low, int high, int* out) {
    if (CountDigits() < count) return false;
    *out = 0;
    for (size_t i = 0; i < count; ++i) *out = *out * 10 + (text_[i] - '0');
    text_.remove_prefix(count);
    return *out >= low && *out <= high;
  }
  size_t CountDigits() const {
    size_t count = 0;
    while (count < text_.size() && IsDigit(text_[count])) ++count;
    return count;
  }

 private:
  std::string_view text_;
};

bool ScanDate(Scanner* in, int64_t* days) {
  const bool negative = in->Peek() == '-';
  const bool sign = negative || in->Peek() == '+';
  if (sign) in->Take(in->Peek());
  size_t digits = in->CountDigits();
  if (digits < 4 || digits > (sign ? 7U : 4U)) return false;
  int year = 0;
  int month = 0;
  int day = 0;
  if (!in->Digits(digits, 0, 9'999'999, &year) || !in->Take('-')) return false;
  if (negative) year = -year;
  if (!in->Digits(2, 1, 12, &month) || !in->Take('-')) return false;
  if (!in->Digits(2, 1, DaysInMonth(year, month), &day)) return false;
  *days = DaysFromCivil(year, month, day);
  return true;
}

// Digits after the point: six count, others but zero are beyond.
bool ScanFraction(Scanner* in, int64_t* micros, bool* beyond) {
  size_t count = in->CountDigits();
  if (count == 0 || count > 9) return false;
  int64_t unit = kMicrosPerSecond / 10;
  for (size_t i = 0; i < count; ++i, unit /= 10) {
    int digit = in->Peek() - '0';
    in->Take(in->Peek());
    *micros += digit * unit;
    if (unit == 0 && digit != 0) *beyond = true;
  }
  return true;
}

bool ScanClock(Scanner* in, int64_t* micros, bool* beyond) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!in->Digits(2, 0, 23, &hour) || !in->Take(':') || !in->Digits(2, 0, 59, &minute)) {
    return false;
  }
  if (in->Take(':')) {
    if (!in->Digits(2, 0, 59, &second)) return false;
    if ((in->Take('.') || in->Take(',')) && !ScanFraction(in, micros, beyond)) return false;
  }
  *micros += (hour * 3600LL + minute * 60LL + second) * kMicrosPerSecond;
  return true;
}

bool ScanZone(Scanner* in, int64_t* offset) {
  if (in->done() || in->Take('Z') || in->Take('z')) return true;
  const bool negative = in->Peek() == '-';
  if (!in->Take('+') && !in->Take('-')) return false;
  int hour = 0;
  int minute = 0;
  if (!in->Digits(2, 0, 23, &hour)) return false;
  const bool colon = in->Take(':');
  if ((colon || !in->done()) && !in->Digits(2, 0, 59, &minute)) return false;
  *offset = (hour * 3600LL + minute * 60LL) * kMicrosPerSecond * (negative ? -1 : 1);
  return true;
}

void AppendPadded(int64_t value, int width, std::string* out) {
  char digits[24];
  auto [end, error] = std::to_chars(digits, digits + sizeof(digits), value);
  out->append(static_cast<size_t>(std::max<int64_t>(0, width - (end - digits))), '0');
  out->append(digits, end);
}

void AppendCivil(int64_t days, std::string* out) {
  const Civil civil = CivilFromDays(days);
  if (civil.year < 0 || civil.year > 9999) out->push_back(civil.year < 0 ? '-' : '+');
  AppendPadded(civil.year < 0 ? -civil.year : civil.year, 4, out);
  out->push_back('-');
  AppendPadded(civil.month, 2, out);
  out->push_back('-');
  AppendPadded(civil.day, 2, out);
}

}  // namespace

std::optional<ParsedTime> ParseTime(std::string_view text) {
  Scanner in(text);
  int64_t days = 0;
  int64_t clock = 0;
  int64_t offset = 0;
  ParsedTime time;
  if (!ScanDate(&in, &days)) return std::nullopt;
  if (!in.done()) {
    if (!in.Take('T') && !in.Take('t') && !in.Take(' ')) return std::nullopt;
    if (!ScanClock(&in, &clock, &time.beyond_micros)) return std::nullopt;
    if (!ScanZone(&in, &offset) || !in.done()) return std::nullopt;
  }
  // The first microseconds of the range are in a day that begins before it: multiply last day's
  // end.
  const bool before = days < 0;
  if (before) {
    ++days;
    clock -= kSecondsPerDay * kMicrosPerSecond;
  }
  if (__builtin_mul_overflow(days, kSecondsPerDay * kMicrosPerSecond, &time.micros) ||
      __builtin_add_overflow(time.micros, clock - offset, &time.micros)) {
    return std::nullopt;
  }
  return time;
}

std::optional<int32_t> ParseDate(std::string_view text) {
  Scanner in(text);
  int64_t days = 0;
  if (!ScanDate(&in, &days) || !in.done() || days < INT32_MIN || days > INT32_MAX) {
    return std::nullopt;
  }
  return static_cast<int32_t>(days);
}

void AppendTimestamp(int64_t micros, std::string* out) {
  constexpr int64_t kMicrosPerDay = kSecondsPerDay * kMicrosPerSecond;
  int64_t clock = micros % kMicrosPerDay;
  int64_t days = micros / kMicrosPerDay;
  if (clock < 0) {
    clock += kMicrosPerDay;
    --days;
  }
  AppendCivil(days, out);
  const int64_t seconds = clock / kMicrosPerSecond;
  out->push_back('T');
  AppendPadded(seconds / 3600, 2, out);
  out->push_back(':');
  AppendPadded(seconds / 60 % 60, 2, out);
  out->push_back(':');
  AppendPadded(seconds % 60, 2, out);
  out->push_back('.');
  AppendPadded(clock % kMicrosPerSecond, 6, out);
  out->push_back('Z');
}

void AppendDate(int32_t days, std::string* out) { AppendCivil(days, out); }

}  // namespace diotima
