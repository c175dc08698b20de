#include "codec/base/decimal.h"

#include <gtest/gtest.h>

#include <random>

namespace diotima {
namespace {

TEST(DecimalTest, SameAsTheStandardLibrary) {
  auto check = [](uint64_t number) {
    std::string text;
    AppendDecimal(number, &text);
    ASSERT_EQ(text, std::to_string(number));
  };
  for (uint64_t power = 1; power != 0; power = power > UINT64_MAX / 10 ? 0 : power * 10) {
    check(power - 1);
    check(power);
    check(power + 1);
  }
  check(UINT64_MAX);
  std::mt19937_64 random(5);
  for (int i = 0; i < 100000; ++i) check(random() >> (random() % 64));
}

}  // namespace
}  // namespace diotima
