// Whatever is in a row: printed and read back it is the same, as JSON Lines and as CSV.
#include <diotima/text.h>
#include <gtest/gtest.h>

#include "codec/base/random_table.h"
#include "codec/base/test_status.h"
#include "codec/text/test_file.h"

namespace diotima {
namespace {

struct Table : RandomTable {
  using RandomTable::RandomTable;

  std::string AsJson() const {
    std::string text;
    for (const auto& row : rows) {
      AppendJsonRow(row, &text);
      text += "\n";
    }
    return text;
  }

  std::string AsCsv() const {
    std::string text;
    AppendCsvHeader(schema, &text);
    for (const auto& row : rows) AppendCsvRow(row, &text);
    return text;
  }

  TextOptions Options() const {
    return {.types = [this](std::string_view name) -> std::optional<Type> {
      auto found = schema.Find(name);
      if (!found) return std::nullopt;
      return schema[*found].type;
    }};
  }
};

class TextRoundTrip : public testing::TestWithParam<bool> {
 protected:
  static std::string Print(const Table& table) {
    return GetParam() ? table.AsJson() : table.AsCsv();
  }
  static std::unique_ptr<RowReader> Open(std::FILE* file, const TextOptions& options) {
    auto reader = GetParam() ? OpenJsonLines(file, options) : OpenCsv(file, options);
    return std::move(*reader);
  }
};

TEST_P(TextRoundTrip, RandomRows) {
  for (uint32_t seed = 0; seed < 1000 && !HasFailure(); ++seed) {
    Table table(seed);
    std::string text = Print(table);
    TextFile file(text);
    RowBatch batch;
    auto more = Open(file.get(), table.Options())->Read(&batch);
    ASSERT_OK(more) << "\n" << text;
    table.ExpectSame(batch, text);
  }
}

// Broken text gives rows or an error that names a line, and never more than that.
TEST_P(TextRoundTrip, BrokenText) {
  size_t errors = 0;
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    Table table(seed);
    std::string text = Print(table);
    for (size_t i = 0; i < 1 + seed % 4; ++i) {
      size_t at = table.generator.Below(text.size());
      if (seed % 3 == 0) text[at] = static_cast<char>(table.generator.Below(256));
      if (seed % 3 == 1) text.erase(at, 1 + table.generator.Below(4));
      if (seed % 3 == 2) text.insert(at, 1, "{}[],:\"\n0-e\\"[table.generator.Below(12)]);
      if (text.empty()) text = "x";
    }
    TextFile file(text);
    auto reader = Open(file.get(), table.Options());
    RowBatch batch;
    auto more = reader->Read(&batch);
    while (more.ok() && *more) more = reader->Read(&batch);
    if (more.ok()) continue;
    ++errors;
    EXPECT_TRUE(more.status().message().starts_with("-:")) << more.status().message();
  }
  EXPECT_GT(errors, 1000u);
}

INSTANTIATE_TEST_SUITE_P(Formats, TextRoundTrip, testing::Values(true, false),
                         [](const auto& test) { return test.param ? "Json" : "Csv"; });

TEST(AppendJson, Scalars) {
  auto print = [](const Value& value) {
    std::string out;
    AppendJson(value, &out);
    return out;
  };
  EXPECT_EQ(print(Value::Absent()), "null");
  EXPECT_EQ(print(Value::Double(1)), "1.0");
  EXPECT_EQ(print(Value::Double(-0.0)), "-0.0");
  EXPECT_EQ(print(Value::Double(1e22)), "1e+22");
  EXPECT_EQ(print(Value::Double(0.1)), "0.1");
  EXPECT_EQ(print(Value::Double(std::numeric_limits<double>::quiet_NaN())), "\"NaN\"");
  EXPECT_EQ(print(Value::Double(-std::numeric_limits<double>::infinity())), "\"-Infinity\"");
  EXPECT_EQ(print(Value::Uint64(UINT64_MAX)), "18446744073709551615");
  EXPECT_EQ(print(Value::Bytes("\xff")), "\"/w==\"");
  EXPECT_EQ(print(Value::Date(19'782)), "\"2024-02-29\"");
  EXPECT_EQ(print(Value::Timestamp(-1)), "\"1969-12-31T23:59:59.999999Z\"");
  EXPECT_EQ(print(Value::String("a\"\\\n\x01\xff é")), "\"a\\\"\\\\\\n\\u0001\xEF\xBF\xBD é\"");
  const Value keys[] = {Value::Int64(1), Value::Null()};
  EXPECT_EQ(print(Value::Map(keys, 1)), "[[1,null]]");
  const Value twice[] = {Value::String("a"), Value::Null(), Value::String("a"), Value::Null()};
  EXPECT_EQ(print(Value::Map(twice, 2)), "[[\"a\",null],[\"a\",null]]");
}

TEST(ParseTimestamp, OneLineForTheCommandLine) {
  EXPECT_EQ(*ParseTimestamp("1970-01-01T00:00:01Z"), FromMicros(1'000'000));
  EXPECT_EQ(ParseTimestamp("now").status().ToString(),
            "invalid_argument: \"now\" is no ISO-8601 date or time");
  EXPECT_FALSE(ParseTimestamp("1970-01-01T00:00:00.0000001Z").ok());
}

}  // namespace
}  // namespace diotima
