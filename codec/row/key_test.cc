#include "codec/row/key.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace diotima {
namespace {

std::string Tuple(const Value& value) {
  std::string out;
  AppendTupleValue(value, &out);
  return out;
}

void ExpectOrderAndRoundTrip(const std::vector<Value>& ascending) {
  for (size_t i = 0; i < ascending.size(); ++i) {
    std::string bytes = Tuple(ascending[i]);
    if (i > 0) {
      EXPECT_LT(Tuple(ascending[i - 1]), bytes) << i;
    }
    bytes += "tail";
    std::string_view in = bytes;
    Value out;
    Arena arena;
    ASSERT_TRUE(TakeTupleValue(&in, &out, &arena));
    EXPECT_EQ(in, "tail");
    EXPECT_TRUE(out == ascending[i]) << i;
  }
}

TEST(TupleTest, IntegersOfAllWidthsAreInOneOrder) {
  std::vector<Value> values = {Value::Int64(INT64_MIN), Value::Int64(INT64_MIN + 1)};
  for (int shift = 62; shift >= 0; --shift) values.push_back(Value::Int64(-(int64_t{1} << shift)));
  values.push_back(Value::Int64(0));
  for (int shift = 0; shift < 63; ++shift) values.push_back(Value::Int64(int64_t{1} << shift));
  values.push_back(Value::Int64(INT64_MAX));
  values.push_back(Value::Uint64(uint64_t{1} << 63));
  values.push_back(Value::Uint64(UINT64_MAX));
  ExpectOrderAndRoundTrip(values);
  EXPECT_EQ(Tuple(Value::Uint64(7)), Tuple(Value::Int64(7)));
}

TEST(TupleTest, TextSortsByBytesWhateverIsInIt) {
  using namespace std::string_view_literals;
  ExpectOrderAndRoundTrip({Value::String(""sv), Value::String("\0"sv), Value::String("\0\0"sv),
                           Value::String("\0\xff"sv), Value::String("\x01"sv), Value::String("a"sv),
                           Value::String("a\0"sv), Value::String("a\0b"sv), Value::String("aa"sv),
                           Value::String("b"sv), Value::String("\xff"sv)});
  ExpectOrderAndRoundTrip(
      {Value::Bytes(""sv), Value::Bytes("\0\x01"sv), Value::Bytes("\xff\xff"sv)});
}

TEST(TupleTest, OtherKinds) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  ExpectOrderAndRoundTrip({Value::Double(-kInf), Value::Double(-1.5), Value::Double(-1e-300),
                           Value::Double(0.0), Value::Double(5e-324), Value::Double(1.5),
                           Value::Double(kInf), Value::Double(std::nan(""))});
  EXPECT_EQ(Tuple(Value::Double(-0.0)), Tuple(Value::Double(0.0)));
  ExpectOrderAndRoundTrip({Value::Null(), Value::Bool(false), Value::Bool(true)});
  ExpectOrderAndRoundTrip({Value::Timestamp(INT64_MIN), Value::Timestamp(-1), Value::Timestamp(0),
                           Value::Timestamp(INT64_MAX)});
  ExpectOrderAndRoundTrip(
      {Value::Date(INT32_MIN), Value::Date(-1), Value::Date(0), Value::Date(INT32_MAX)});
}

TEST(TupleTest, ATupleIsInOrderOfItsFirstDifferentValue) {
  auto pair = [](const Value& a, const Value& b) { return Tuple(a) + Tuple(b); };
  EXPECT_LT(pair(Value::String("a"), Value::Int64(9)),
            pair(Value::String("a\x01"), Value::Int64(1)));
  EXPECT_LT(pair(Value::String("a"), Value::Int64(9)), pair(Value::String("ab"), Value::Int64(1)));
  EXPECT_LT(pair(Value::Int64(255), Value::Int64(9)), pair(Value::Int64(256), Value::Int64(-1)));
}

TEST(TupleTest, RandomBytesNeverCrash) {
  std::mt19937_64 random(17);
  for (int round = 0; round < 200000; ++round) {
    std::string bytes(random() % 24, '\0');
    for (char& c : bytes) c = static_cast<char>(random() % 4 == 0 ? random() % 3 : random());
    std::string_view in = bytes;
    Value value;
    Arena arena;
    while (TakeTupleValue(&in, &value, &arena)) {
    }
  }
}

TEST(RowKeyTest, NewestFirstAndRoundTrip) {
  const std::string sample = Tuple(Value::String("v1"));
  std::string previous;
  for (int64_t time : {int64_t{1'800'000'000'000'000}, int64_t{5}, int64_t{0}, int64_t{-7}}) {
    for (uint32_t ordinal : {7U, 0U}) {
      std::string bytes;
      AppendRowKey({{3, 9}, sample, time, ordinal}, &bytes);
      EXPECT_LT(previous, bytes);
      RowKey key;
      ASSERT_TRUE(ParseRowKey(bytes, &key));
      EXPECT_EQ(key.id.feature, 3U);
      EXPECT_EQ(key.id.version, 9U);
      EXPECT_EQ(key.sample, sample);
      EXPECT_EQ(key.time, time);
      EXPECT_EQ(key.ordinal, ordinal);
      previous = bytes;
    }
  }
  RowKey key;
  EXPECT_FALSE(ParseRowKey("too short", &key));
}

TEST(RowKeyTest, PrefixEnd) {
  EXPECT_EQ(PrefixEnd("ab"), "ac");
  EXPECT_EQ(PrefixEnd("a\xff"), "b");
  EXPECT_EQ(PrefixEnd("\xff\xff"), "");
}

}  // namespace
}  // namespace diotima
