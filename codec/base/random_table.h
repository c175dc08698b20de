// Random rows of random types, for tests that what is written is read back.
#pragma once

#include <diotima/row.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "codec/base/vector_row.h"

namespace diotima {

// Makes random types and values of them, odd ones often.
class RandomValues {
 public:
  // `nul`: names may have a NUL in them.
  explicit RandomValues(uint32_t seed, bool nul = true) : random_(seed), nul_(nul) {}

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

  // Different for different `number`s.
  std::string Name(size_t number) {
    std::string name = Text() + std::to_string(number);
    if (!nul_) std::erase(name, '\0');
    return name;
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
      members.push_back({Name(i), RandomType(depth - 1)});
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
  const bool nul_;
  Arena arena_;
};

struct RandomTable {
  explicit RandomTable(uint32_t seed, bool nul = true) : generator(seed, nul) {
    std::vector<Column> columns;
    for (size_t i = 0; i < 1 + generator.Below(5); ++i) {
      std::string name = (i == 0 && generator.Below(4) == 0) ? "" : generator.Name(i);
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

  // `text` is for messages.
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

  RandomValues generator;
  Schema schema;
  std::vector<VectorRow> rows;
};

}  // namespace diotima
