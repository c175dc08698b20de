// Whatever is in a row: printed and read back it is the same, as JSON Lines and as CSV.
#include <diotima/text.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "text_test_file.h"
#include "vector_row.h"

namespace diotima {
namespace {

// Random types, and random values of them, with a taste for the odd ones.
class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  size_t Below(size_t count) { return random_() % count; }

  std::string Text() {
    static constexpr std::string_view kPieces[] = {"a",
                                                   "0",
                                                   " ",
                                                   "\"",
                                                   "\\",
                                                   ",",
                                                   "\n",
                                                   "\r\n",
                                                   "\t",
                                                   "é",
                                                   "日",
                                                   "🚀",
                                                   "null",
                                                   "NaN",
                                                   "{",
                                                   "[",
                                                   "\x7f",
                                                   "\x01",
                                                   "'",
                                                   "\xEF\xBB\xBF",
                                                   "\xE2\x80\xA8",
                                                   std::string_view("\0", 1)};
    std::string text;
    for (size_t i = Below(6); i > 0; --i) text += kPieces[Below(std::size(kPieces))];
    return text;
  }

  Type RandomType(int depth) {
    size_t choice = Below(depth == 0 ? 8 : 11);
    if (choice < 8) return Type(static_cast<Kind>(static_cast<size_t>(Kind::kBool) + choice));
    if (choice == 8) return Type::List(RandomType(depth - 1));
    if (choice == 9) {
      static constexpr Kind kKeys[] = {Kind::kString, Kind::kString, Kind::kInt64,    Kind::kBool,
                                       Kind::kBytes,  Kind::kDate,   Kind::kTimestamp};
      return Type::Map(Type(kKeys[Below(std::size(kKeys))]), RandomType(depth - 1));
    }
    std::vector<Type::Member> members;
    for (size_t i = 0; i < 1 + Below(3); ++i) {
      members.push_back({Text() + std::to_string(i), RandomType(depth - 1)});
    }
    return Type::Struct(std::move(members));
  }

  Value RandomValue(const Type& type, bool nullable = true) {
    if (nullable && Below(5) == 0) return Value::Null();
    switch (type.kind()) {
      case Kind::kBool:
        return Value::Bool(Below(2) == 0);
      case Kind::kInt64:
        return Value::Int64(Integer());
      case Kind::kUint64:
        return Value::Uint64(static_cast<uint64_t>(Integer()));
      case Kind::kDouble:
        return Value::Double(Double());
      case Kind::kString:
        return Value::String(arena_.Copy(Text()));
      case Kind::kBytes:
        return Value::Bytes(arena_.Copy(Text() + (Below(2) == 0 ? "\xff" : "")));
      case Kind::kTimestamp:
        return Value::Timestamp(Integer());
      case Kind::kDate:
        return Value::Date(static_cast<int32_t>(Integer()));
      default:
        return RandomNested(type);
    }
  }

  Arena* arena() { return &arena_; }

 private:
  int64_t Integer() {
    static constexpr int64_t kOdd[] = {0, -1, 1, INT64_MIN, INT64_MAX, int64_t{1} << 53};
    if (Below(3) == 0) return kOdd[Below(std::size(kOdd))];
    return static_cast<int64_t>(random_()) >> Below(64);
  }

  double Double() {
    using Limits = std::numeric_limits<double>;
    static constexpr double kOdd[] = {0.0,
                                      -0.0,
                                      1.0,
                                      -1.0,
                                      0.1,
                                      1e300,
                                      1e22,
                                      Limits::quiet_NaN(),
                                      5e-324,
                                      Limits::infinity(),
                                      -Limits::infinity(),
                                      Limits::max(),
                                      0x1p64,
                                      0x1p53,
                                      123456789.0};
    if (Below(2) == 0) return kOdd[Below(std::size(kOdd))];
    return std::ldexp(static_cast<double>(Integer()), static_cast<int>(Below(200)) - 100);
  }

  Value RandomNested(const Type& type) {
    const size_t count = type.kind() == Kind::kStruct ? type.members().size() : Below(4);
    Value* items = arena_.AllocateValues(2 * count);
    for (size_t i = 0; i < count; ++i) {
      if (type.kind() == Kind::kList) {
        items[i] = RandomValue(type.element());
      } else if (type.kind() == Kind::kMap) {
        items[2 * i] = RandomValue(type.key(), false);
        items[2 * i + 1] = RandomValue(type.value());
      } else {
        items[2 * i] = Value::String(arena_.Copy(type.members()[i].name));
        items[2 * i + 1] = RandomValue(type.members()[i].type);
      }
    }
    if (type.kind() == Kind::kList) return Value::List(items, count);
    return type.kind() == Kind::kMap ? Value::Map(items, count) : Value::Struct(items, count);
  }

  std::mt19937_64 random_;
  Arena arena_;
};

struct Table {
  explicit Table(uint32_t seed) : generator(seed) {
    std::vector<Column> columns;
    for (size_t i = 0; i < 1 + generator.Below(5); ++i) {
      std::string name =
          (i == 0 && generator.Below(4) == 0) ? "" : generator.Text() + std::to_string(i);
      columns.push_back({std::move(name), generator.RandomType(3)});
    }
    schema = Schema(std::move(columns));
    for (size_t row = 0; row < 8; ++row) {
      std::vector<Value> cells;
      for (const auto& column : schema.columns())
        cells.push_back(generator.RandomValue(column.type));
      rows.emplace_back(&schema, std::move(cells));
    }
  }

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

  void ExpectSame(const RowBatch& batch, const std::string& text) const {
    ASSERT_EQ(batch.rows(), rows.size()) << text;
    for (size_t row = 0; row < rows.size(); ++row) {
      for (size_t i = 0; i < schema.size(); ++i) {
        auto column = batch.FindColumn(schema[i].name);
        ASSERT_TRUE(column) << text;
        EXPECT_EQ(batch.Get(row, *column), rows[row].Get(i))
            << schema[i].type.ToString() << " of row " << row << " in\n"
            << text;
      }
    }
  }

  Generator generator;
  Schema schema;
  std::vector<VectorRow> rows;
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
    ASSERT_TRUE(more.ok()) << more.status().message() << "\n" << text;
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
                         [](const auto& info) { return info.param ? "Json" : "Csv"; });

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
  EXPECT_EQ(*ParseTimestamp("1970-01-01T00:00:01Z"), 1'000'000);
  EXPECT_EQ(ParseTimestamp("now").status().ToString(),
            "invalid_argument: \"now\" is no ISO-8601 date or time");
  EXPECT_FALSE(ParseTimestamp("1970-01-01T00:00:00.0000001Z").ok());
}

}  // namespace
}  // namespace diotima
