#include "codec/text/time.h"

#include <gtest/gtest.h>

#include <random>

namespace diotima {
namespace {

std::string Stamp(int64_t micros) {
  std::string out;
  AppendTimestamp(micros, &out);
  return out;
}

std::string Day(int32_t days) {
  std::string out;
  AppendDate(days, &out);
  return out;
}

TEST(TimeText, Prints) {
  EXPECT_EQ(Stamp(0), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(Stamp(-1), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(Stamp(1'704'067'200'000'001), "2024-01-01T00:00:00.000001Z");
  EXPECT_EQ(Day(19'782), "2024-02-29");
  EXPECT_EQ(Day(-719'162), "0001-01-01");
  EXPECT_EQ(Day(2'932'897), "+10000-01-01");
  EXPECT_EQ(Day(-719'529), "-0001-12-31");
}

TEST(TimeText, ParsesTheFormsOfIso8601) {
  for (const char* text :
       {"2024-01-01", "2024-01-01T00:00", "2024-01-01 00:00:00", "2024-01-01T00:00:00Z",
        "2024-01-01t00:00:00z", "2024-01-01T00:00:00.0Z", "2024-01-01T00:00:00.000000000",
        "2024-01-01T05:30:00+05:30", "2023-12-31T19:00:00-0500", "2024-01-01T02:00:00+02"}) {
    auto time = ParseTime(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(time->micros, 1'704'067'200'000'000) << text;
    EXPECT_FALSE(time->beyond_micros) << text;
  }
  auto nanos = ParseTime("1969-12-31T23:59:59.999999999Z");
  ASSERT_TRUE(nanos);
  EXPECT_EQ(nanos->micros, -1);
  EXPECT_TRUE(nanos->beyond_micros);
}

TEST(TimeText, RefusesWhatIsNoTime) {
  for (const char* text : {"",
                           " ",
                           "2024",
                           "2024-1-1",
                           "2024-13-01",
                           "2024-00-01",
                           "2024-02-30",
                           "2023-02-29",
                           "1900-02-29",
                           "24-01-01",
                           "20240101",
                           "2024-01-01T",
                           "2024-01-01T24:00:00",
                           "2024-01-01T00:60",
                           "2024-01-01T00:00:60",
                           "2024-01-01T00:00:00.",
                           "2024-01-01T00:00:00X",
                           "2024-01-01T00:00:00+",
                           "2024-01-01T00:00:00+1",
                           "2024-01-01T00:00:00+01:",
                           "2024-01-01T00:00:00.0000000000",
                           "2024-01-01Z",
                           "2024-01-01 ",
                           " 2024-01-01",
                           "02024-01-01",
                           "+999999-01-01",
                           "+99999999-01-01",
                           "now",
                           "--0001-01-01"}) {
    EXPECT_FALSE(ParseTime(text)) << text;
  }
  EXPECT_FALSE(ParseDate("2024-01-01T00:00:00Z"));
}

TEST(TimeText, RoundTripsOverTheWholeRange) {
  std::mt19937_64 random(7);
  std::vector<int64_t> times = {INT64_MIN, INT64_MIN + 1, INT64_MAX, 0, -1};
  for (int i = 0; i < 10'000; ++i)
    times.push_back(static_cast<int64_t>(random()) >> (random() % 60));
  for (int64_t micros : times) {
    auto time = ParseTime(Stamp(micros));
    ASSERT_TRUE(time) << Stamp(micros);
    EXPECT_EQ(time->micros, micros) << Stamp(micros);
    auto days = static_cast<int32_t>(micros);
    EXPECT_EQ(ParseDate(Day(days)), days) << Day(days);
  }
  EXPECT_EQ(ParseDate(Day(INT32_MIN)), INT32_MIN);
  EXPECT_EQ(ParseDate(Day(INT32_MAX)), INT32_MAX);
}

}  // namespace
}  // namespace diotima
