#include <diotima/filter.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "codec/base/test_status.h"
#include "codec/base/vector_row.h"

namespace diotima {
namespace {

constexpr int64_t kNewYear2024 = 1'704'067'200'000'000;

class FilterTest : public testing::Test {
 protected:
  void Add(std::string name, std::string_view type, Value value) {
    columns_.push_back({std::move(name), *Type::Parse(type)});
    cells_.push_back(value);
  }

  std::string Error(std::string_view text) {
    auto filter = Filter::Parse(text);
    if (!filter.ok()) return filter.status().message();
    auto bound = filter->Bind(Schema(columns_));
    if (!bound.ok()) return bound.status().message();
    return "no error";
  }

  bool Keeps(std::string_view text) {
    Schema schema(columns_);
    auto bound = Filter::Parse(text)->Bind(schema);
    return bound->Matches(VectorRow(&schema, cells_));
  }

  // "yes" where the filter keeps the row, "no" where its negation does, else "null".
  std::string Answer(std::string_view text) {
    bool kept = false;
    bool kept_by_not = false;
    for (bool negate : {false, true}) {
      std::string whole = negate ? "NOT (" + std::string(text) + ")" : std::string(text);
      auto filter = Filter::Parse(whole);
      if (!filter.ok()) return filter.status().message();
      Schema schema(columns_);
      auto bound = filter->Bind(schema);
      if (!bound.ok()) return bound.status().message();
      (negate ? kept_by_not : kept) = bound->Matches(VectorRow(&schema, cells_));
    }
    return kept ? "yes" : kept_by_not ? "no" : "null";
  }

  std::vector<Column> columns_;
  std::vector<Value> cells_;
};

TEST_F(FilterTest, ErrorsNamePositionColumnsAndTypes) {
  Add("score", "double", Value::Double(1));
  Add("name", "string", Value::String("a"));
  Add("at", "timestamp", Value::Timestamp(0));
  EXPECT_EQ(
      Error("score >"),
      "filter cannot be parsed at character 8: expected a column or a literal before the end; "
      "in the filter \"score >\"");
  EXPECT_EQ(Error("\"é\" = 'é' ) "),
            "filter cannot be parsed at character 11: this ) closes nothing; in the filter "
            "\"\"é\" = 'é' ) \"");
  EXPECT_EQ(Error("Score = 1"),
            "unknown column \"Score\", did you mean \"score\"?; in the filter \"Score = 1\"");
  EXPECT_EQ(Error("name > 2"),
            "filter compares \"name\" (string) with 2 (int64); in the filter \"name > 2\"");
  EXPECT_EQ(Error("at > 'yesterday'"),
            "filter compares \"at\" (timestamp) with 'yesterday' (string), a text that is no "
            "ISO-8601 date or time; in the filter \"at > 'yesterday'\"");
  EXPECT_EQ(Error("score"),
            "filter compares \"score\" (double) with TRUE (bool): it stands where a condition is "
            "expected; in the filter \"score\"");
  EXPECT_EQ(Error("1 = 1"),
            "a filter must name at least one column; the filter \"1 = 1\" names none");
  EXPECT_NE(Error("name = '\xff'").find("no valid UTF-8"), std::string::npos);
  EXPECT_NE(Error(std::string_view("name\0= 'a'", 10)).find("character 5"), std::string::npos);
}

TEST_F(FilterTest, MessagesQuoteALongFilterInPart) {
  std::string error = Error("a = '" + std::string(100'000, 'x'));
  EXPECT_LT(error.size(), 400u);
  EXPECT_NE(error.find("xxx…\""), std::string::npos);
}

TEST_F(FilterTest, NumbersCompareExactly) {
  Add("i", "int64", Value::Int64(9007199254740993));
  Add("u", "uint64", Value::Uint64(UINT64_MAX));
  Add("f", "double", Value::Double(9007199254740992.0));
  Add("big", "double", Value::Double(0x1p64));
  Add("tenth", "double", Value::Double(0.1));
  Add("nan", "double", Value::Double(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_EQ(Answer("i = f"), "no");
  EXPECT_EQ(Answer("i > f"), "yes");
  EXPECT_EQ(Answer("f < i"), "yes");
  EXPECT_EQ(Answer("i > 9007199254740992.0"), "yes");
  EXPECT_EQ(Answer("i = 9007199254740993.0"), "yes");
  EXPECT_EQ(Answer("i = 9007199254740993e0"), "yes");
  EXPECT_EQ(Answer("f = 9007199254740993"), "no");
  EXPECT_EQ(Answer("f = 9007199254740993.0"), "yes") << "a decimal means the nearest double";
  EXPECT_EQ(Answer("u = 18446744073709551615"), "yes");
  EXPECT_EQ(Answer("u = 18446744073709551616"), "no");
  EXPECT_EQ(Answer("u < 18446744073709551616"), "yes");
  EXPECT_EQ(Answer("u < big"), "yes");
  EXPECT_EQ(Answer("u > i"), "yes");
  EXPECT_EQ(Answer("u > -1"), "yes");
  EXPECT_EQ(Answer("-9223372036854775809 < i"), "yes");
  EXPECT_EQ(Answer("tenth = 0.1"), "yes");
  EXPECT_EQ(Answer("tenth = 1e-1"), "yes");
  EXPECT_EQ(Answer("nan > 1e308"), "yes");
  EXPECT_EQ(Answer("nan = nan"), "yes");
  EXPECT_EQ(Answer("i < nan"), "yes");
  EXPECT_EQ(Answer("nan IN (1, 2)"), "no");
  EXPECT_EQ(Answer("tenth > 1e-99999999999999999999"), "yes");
  EXPECT_NE(Error("i < 1e400").find("beyond the range"), std::string::npos);
}

TEST_F(FilterTest, NullsInListsFollowSql) {
  Add("i", "int64", Value::Int64(5));
  Add("n", "int64", Value::Null());
  EXPECT_EQ(Answer("i IN (5, NULL)"), "yes");
  EXPECT_EQ(Answer("i IN (6, NULL)"), "null");
  EXPECT_EQ(Answer("i NOT IN (6, NULL)"), "null");
  EXPECT_EQ(Answer("i NOT IN (5, NULL)"), "no");
  EXPECT_EQ(Answer("n IN (5)"), "null");
  EXPECT_EQ(Answer("n NOT IN (NULL)"), "null");
  EXPECT_EQ(Answer("n = NULL"), "yes");
  EXPECT_EQ(Answer("n < NULL"), "null");
  EXPECT_EQ(Answer("NULL = NULL AND i = 5"), "yes");
}

TEST_F(FilterTest, TimesCompareWithText) {
  Add("at", "timestamp", Value::Timestamp(kNewYear2024));
  Add("day", "date", Value::Date(19723));
  Add("last", "date", Value::Date(INT32_MAX));
  EXPECT_EQ(Answer("at = '2024-01-01'"), "yes");
  EXPECT_EQ(Answer("at = '2024-01-01 01:00:00+01:00'"), "yes");
  EXPECT_EQ(Answer("at = day"), "yes");
  EXPECT_EQ(Answer("at < last"), "yes");
  EXPECT_EQ(Answer("last >= at"), "yes");
  EXPECT_EQ(Answer("day < '2024-01-01T00:00:00.000001Z'"), "yes");
  EXPECT_EQ(Answer("at < '2024-01-01T00:00:00.000000001Z'"), "yes");
  EXPECT_EQ(Answer("at = '2024-01-01T00:00:00.000000001Z'"), "no");
  EXPECT_EQ(Answer("'2024-01-01T00:00:00.000000001Z' > at"), "yes");
  EXPECT_EQ(Answer("at IN ('2024-01-01T00:00:00.000000001Z')"), "no");
  EXPECT_EQ(Answer("at IN ('2023-01-01', '2024-01-01')"), "yes");
}

TEST_F(FilterTest, PathsReachIntoStructsAndMaps) {
  const Value inner[] = {Value::String("x"), Value::Int64(7)};
  const Value members[] = {Value::String("b"), Value::Struct(inner, 1), Value::String("c"),
                           Value::String("text")};
  const Value entries[] = {Value::String("audio"), Value::String("17")};
  Add("a", "struct<b:struct<x:int64>,c:string>", Value::Struct(members, 2));
  Add("a.c", "int64", Value::Int64(3));
  Add("hashes", "map<string,string>", Value::Map(entries, 1));
  Add("list", "list<int64>", Value::Null());
  EXPECT_EQ(Answer("a.b.x = 7"), "yes");
  EXPECT_EQ(Answer("a.c = 3"), "yes") << "the column of that name goes first";
  EXPECT_EQ(Answer("hashes.audio = '17'"), "yes");
  EXPECT_EQ(Answer("hashes.\"no/such\" IS NULL"), "yes");
  EXPECT_EQ(Answer("hashes.frames = '17'"), "null");
  EXPECT_EQ(Answer("list IS NULL AND a IS NOT NULL"), "yes");
  EXPECT_NE(Error("a.d = 1").find("unknown column \"a.d\""), std::string::npos);
  EXPECT_NE(Error("list.x = 1").find("unknown column \"list.x\""), std::string::npos);
  EXPECT_NE(Error("a = 'x'").find("filter compares \"a\" (struct<"), std::string::npos);
  EXPECT_NE(Error("a = a").find("filter compares"), std::string::npos);
  EXPECT_NE(Error("hashes.audio = 17").find("\"hashes.audio\" (string)"), std::string::npos);
}

TEST_F(FilterTest, BytesCompareWithBytesOnly) {
  Add("x", "bytes", Value::Bytes("a"));
  Add("y", "bytes", Value::Bytes("b"));
  EXPECT_EQ(Answer("x < y"), "yes");
  EXPECT_NE(Error("x = 'a'").find("\"x\" (bytes) with 'a' (string)"), std::string::npos);
}

TEST_F(FilterTest, AColumnOfNullsComparesWithAnything) {
  Add("n", "int64", Value::Null());
  columns_[0].type = Type();
  EXPECT_EQ(Answer("n = 'a'"), "null");
  EXPECT_EQ(Answer("n IN (1, 'a')"), "null");
  EXPECT_EQ(Answer("n"), "null");
}

TEST_F(FilterTest, ListsTheColumnsItNames) {
  auto filter = Filter::Parse("a = 1 AND \"b c\" = a OR d.e IS NULL AND \"d.e\"");
  ASSERT_OK(filter);
  EXPECT_EQ(filter->columns(), (std::vector<std::string>{"a", "b c", "d.e"}));
}

TEST_F(FilterTest, NestingIsLimitedByMemoryOnly) {
  Add("b", "bool", Value::Bool(true));
  constexpr size_t kDeep = 1'000'000;
  std::string nots;
  std::string right;
  for (size_t i = 0; i < kDeep; ++i) nots += "NOT ";
  for (size_t i = 0; i < kDeep / 10; ++i) right += "b AND (NOT b OR (";
  EXPECT_TRUE(Keeps(nots + "b"));
  EXPECT_TRUE(Keeps(std::string(kDeep, '(') + "b" + std::string(kDeep, ')')));
  EXPECT_TRUE(Keeps(right + "b" + std::string(kDeep / 5, ')')));
  EXPECT_NE(Error(std::string(kDeep / 10, '(')).find("before the end"), std::string::npos);
  EXPECT_NE(Error(std::string(kDeep / 10, '(') + "b").find("is not closed"), std::string::npos);
}

TEST_F(FilterTest, LongListsAndChains) {
  Add("i", "int64", Value::Int64(7));
  std::string list = "i IN (0";
  std::string chain = "i = 0";
  for (int i = 1; i < 100'000; ++i) {
    list += ", " + std::to_string(3 * i + 1);
    chain += " OR i = " + std::to_string(-i);
  }
  EXPECT_TRUE(Keeps(list + ")"));
  EXPECT_FALSE(Keeps(chain));
}

TEST_F(FilterTest, OneBoundFilterServesManyThreads) {
  Add("i", "int64", Value::Int64(7));
  std::string deep = "i = 7";
  for (int i = 0; i < 200; ++i) deep = "i = 7 AND (" + deep + ")";
  Schema schema(columns_);
  auto bound = Filter::Parse(deep)->Bind(schema);
  ASSERT_OK(bound);
  std::vector<std::thread> threads;
  for (int64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      VectorRow row(&schema, {Value::Int64(6 + t % 2)});
      for (int i = 0; i < 1000; ++i) ASSERT_EQ(bound->Matches(row), t % 2 == 1);
    });
  }
  for (auto& thread : threads) thread.join();
}

// Any text is parsed or refused.
TEST_F(FilterTest, RandomTextNeverCrashes) {
  Add("i", "int64", Value::Int64(7));
  Add("b", "bool", Value::Bool(true));
  const char* const kPieces[] = {"i",    "b",  "(",    ")",  "AND", "OR",  "NOT", "IN",  "IS",
                                 "NULL", "=",  "<=",   "!=", ",",   "-",   "5",   ".5",  "'a'",
                                 "1e2",  "\"", "TRUE", ".",  "'",   "i.b", "+",   "\xc3"};
  uint32_t seed = 1;
  int parsed = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (int n = 0; n < 1 + i % 8; ++n) {
      seed = seed * 1'664'525 + 1'013'904'223;
      text.append(kPieces[(seed >> 16) % std::size(kPieces)]).append(seed >> 31 ? " " : "");
    }
    parsed += Answer(text).size() <= 4 ? 1 : 0;
  }
  EXPECT_GT(parsed, 10);
}

}  // namespace
}  // namespace diotima
