#include "codec/text/number.h"

#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <random>

namespace diotima {
namespace {

TEST(NumberText, ParsesJsonNumbers) {
  const std::pair<const char*, Value> kCases[] = {
      {"0", Value::Int64(0)},
      {"-0", Value::Int64(0)},
      {"9223372036854775807", Value::Int64(INT64_MAX)},
      {"-9223372036854775808", Value::Int64(INT64_MIN)},
      {"9223372036854775808", Value::Uint64(uint64_t{1} << 63)},
      {"18446744073709551615", Value::Uint64(UINT64_MAX)},
      {"18446744073709551616", Value::Absent()},
      {"-9223372036854775809", Value::Absent()},
      {"1.5", Value::Double(1.5)},
      {"-0.0", Value::Double(-0.0)},
      {"1e2", Value::Double(100)},
      {"1E+2", Value::Double(100)},
      {"18446744073709551616.0", Value::Double(0x1p64)},
      {"0.00000000000000000000012345678901234567890123",
       Value::Double(1.2345678901234567890123e-22)},
      {"5e-324", Value::Double(5e-324)},
      {"1e-400", Value::Absent()},
      {"0e-400", Value::Double(0)},
      {"1e400", Value::Absent()},
      {"-1e400", Value::Absent()}};
  for (const auto& [text, value] : kCases) {
    auto parsed = ParseJsonNumber(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->kind(), value.kind()) << text;
    EXPECT_EQ(*parsed, value) << text;
  }
  for (const char* text :
       {"",    "-",  "+1",  "01",  "-01", ".5",  "5.",  "1e",    "1e+",   "1.e1",
        "0x1", "1 ", "1_0", "inf", "nan", "NaN", "--1", "1.5.2", "1e2e3", "1-"}) {
    EXPECT_FALSE(ParseJsonNumber(text)) << text;
  }
}

TEST(NumberText, FiniteDecimalsAreNotChanged) {
  EXPECT_EQ(ParseFiniteDecimal("100000000000000000000"), 1e20);
  EXPECT_EQ(ParseFiniteDecimal("-100000000000000000000"), -1e20);
  EXPECT_EQ(ParseFiniteDecimal("9007199254740993.0"), 9007199254740992.0);  // a fraction is rounded
  EXPECT_EQ(ParseFiniteDecimal("0.1"), 0.1);
  EXPECT_EQ(ParseFiniteDecimal("0.000"), 0.0);
  for (const char* text :
       {"9007199254740993", "10000000000000000000001", "1e400", "-1e-400", "x"}) {
    EXPECT_FALSE(ParseFiniteDecimal(text)) << text;
  }
}

TEST(NumberText, DoublesRoundTrip) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 100'000; ++i) {
    double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    std::string text;
    AppendDouble(value, &text);
    EXPECT_EQ(*ParseJsonNumber(text), Value::Double(value)) << text;
  }
}

// Numbers as people and programs write them, by the digits before and after the point: each is read
// as from_chars reads it.
TEST(NumberText, ShortNumbers) {
  std::mt19937_64 random(4);
  for (size_t whole = 1; whole <= 21; ++whole) {
    for (size_t fraction = 0; fraction <= 21; ++fraction) {
      for (int i = 0; i < 100; ++i) {
        std::string text = i % 2 == 0 ? "" : "-";
        for (size_t digit = 0; digit < whole; ++digit) {
          const bool first = digit == 0 && whole > 1;
          text += static_cast<char>('0' + (first ? 1 + random() % 9 : random() % 10));
        }
        if (fraction > 0) text += '.';
        for (size_t digit = 0; digit < fraction; ++digit) {
          text += static_cast<char>('0' + (i < 10 ? 0 : random() % 10));
        }
        const auto parsed = ParseJsonNumber(text);
        ASSERT_TRUE(parsed) << text;
        const char* end = text.data() + text.size();
        int64_t integer = 0;
        double value = 0;
        if (fraction > 0) {
          std::from_chars(text.data(), end, value);
          ASSERT_EQ(*parsed, Value::Double(value)) << text;
        } else if (std::from_chars(text.data(), end, integer).ec == std::errc()) {
          ASSERT_EQ(*parsed, Value::Int64(integer)) << text;
        } else {
          ASSERT_NE(parsed->kind(), Kind::kInt64) << text;
        }
      }
    }
  }
}

}  // namespace
}  // namespace diotima
