// What tests say of outcomes: ASSERT_OK(store->Write("video", rows)) prints the status.
#pragma once

#include <diotima/status.h>
#include <diotima/text.h>
#include <diotima/value.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace diotima {

// Holds for a Result or a Status (ours or RocksDB's) that is OK.
template <typename T>
testing::AssertionResult IsOk(const char* expression, const T& outcome) {
  if (outcome.ok()) return testing::AssertionSuccess();
  auto failure = testing::AssertionFailure() << expression << " returned ";
  if constexpr (requires { outcome.status(); }) {
    return failure << outcome.status().ToString();
  } else {
    return failure << outcome.ToString();
  }
}

// How GoogleTest prints them.
inline void PrintTo(const Status& status, std::ostream* out) { *out << status.ToString(); }
inline void PrintTo(const Value& value, std::ostream* out) {
  std::string text;
  AppendJson(value, &text);
  *out << TypeOf(value).ToString() << " " << text;
}

}  // namespace diotima

#define ASSERT_OK(outcome) ASSERT_PRED_FORMAT1(::diotima::IsOk, outcome)
#define EXPECT_OK(outcome) EXPECT_PRED_FORMAT1(::diotima::IsOk, outcome)
