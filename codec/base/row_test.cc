#include <diotima/row.h>
#include <gtest/gtest.h>

#include "codec/base/column_view.h"
#include "codec/base/vector_row.h"

namespace diotima {
namespace {

template <typename T>
std::string As(const Value& value) {
  const auto result = value.As<T>();
  if (!result.ok()) return result.status().ToString();
  if constexpr (std::same_as<T, std::string>) {
    return *result;
  } else {
    return std::to_string(*result);
  }
}

TEST(ValueTest, OfMakesTheKindThatATypeShows) {
  EXPECT_EQ(Value::Of(true), Value::Bool(true));
  EXPECT_EQ(Value::Of(-5), Value::Int64(-5));
  EXPECT_EQ(Value::Of(uint8_t{5}), Value::Uint64(5));
  EXPECT_EQ(Value::Of(UINT64_MAX), Value::Uint64(UINT64_MAX));
  EXPECT_EQ(Value::Of(0.5f), Value::Double(0.5));
  EXPECT_EQ(Value::Of("text"), Value::String("text"));
  EXPECT_EQ(Value::Of(std::string("text")), Value::String("text"));
  EXPECT_EQ(Value::Of(FromMicros(7)), Value::Timestamp(7));
  EXPECT_EQ(Value::Of(std::chrono::sys_days(std::chrono::days(3))), Value::Date(3));
  EXPECT_EQ(Value::Of(std::optional<int>(4)), Value::Int64(4));
  EXPECT_EQ(Value::Of(std::optional<int>()), Value::Null());
  EXPECT_EQ(Value::Of(Value::Bytes("b")), Value::Bytes("b"));
}

TEST(ValueTest, AsReturnsOnlyWhatTheTypeHolds) {
  EXPECT_EQ(As<int64_t>(Value::Int64(INT64_MIN)), std::to_string(INT64_MIN));
  EXPECT_EQ(As<int>(Value::Uint64(7)), "7");
  EXPECT_EQ(As<int8_t>(Value::Int64(128)),
            "schema_mismatch: the value is int64, not an integer of 8 bits");
  EXPECT_EQ(As<uint32_t>(Value::Int64(-1)),
            "schema_mismatch: the value is int64, not an unsigned integer of 32 bits");
  EXPECT_EQ(As<int64_t>(Value::Uint64(UINT64_MAX)),
            "schema_mismatch: the value is uint64, not an integer of 64 bits");
  EXPECT_EQ(As<int64_t>(Value::Double(1)),
            "schema_mismatch: the value is double, not an integer of 64 bits");
  EXPECT_EQ(As<double>(Value::Int64(int64_t{1} << 53)), "9007199254740992.000000");
  EXPECT_EQ(As<double>(Value::Int64((int64_t{1} << 53) + 1)),
            "schema_mismatch: the value is int64, not double");
  EXPECT_EQ(As<std::string>(Value::Bytes("b")), "b");
  EXPECT_EQ(As<std::string>(Value::Null()), "schema_mismatch: the value is null, not text");
  EXPECT_EQ(*Value::Timestamp(7).As<Time>(), FromMicros(7));
  EXPECT_EQ(*Value::Date(3).As<std::chrono::sys_days>(),
            std::chrono::sys_days(std::chrono::days(3)));
  EXPECT_EQ(*Value::Null().As<std::optional<int>>(), std::nullopt);
  EXPECT_EQ(*Value::Int64(3).As<std::optional<int>>(), std::optional(3));
  EXPECT_FALSE(Value::String("3").As<std::optional<int>>().ok());
}

TEST(RowTest, GetNamesTheColumnInItsErrors) {
  const Schema schema({{"size", Type(Kind::kInt64)}, {"name", Type(Kind::kString)}});
  const VectorRow row(&schema, {Value::Int64(3), Value::Null()});
  EXPECT_EQ(*row.Get<int>("size"), 3);
  EXPECT_EQ(row.Get<bool>("size").status().ToString(),
            "schema_mismatch: column 'size': the value is int64, not bool");
  EXPECT_EQ(row.Get<std::string>("name").status().ToString(),
            "schema_mismatch: column 'name': the value is null, not text");
  EXPECT_EQ(row.Get<int>("sise").status().ToString(),
            "not_found: there is no column 'sise': did you mean 'size'?");
}

TEST(RowTest, ASystemColumnHasItsNameAndPlace) {
  ASSERT_EQ(SystemColumns().size(), kSystemColumnCount);
  EXPECT_EQ(GetSystemColumn(SystemColumn::kProvenanceByField).name, kProvenanceByField);
  EXPECT_EQ(GetSystemColumn(SystemColumn::kProjectVersion).name, kProjectVersion);
  EXPECT_EQ(GetSystemColumn(SystemColumn::kMaterializationId).name, kMaterializationId);
  for (size_t i = 0; i < kSystemColumnCount; ++i) {
    EXPECT_EQ(FindSystemColumn(SystemColumns()[i].name), static_cast<SystemColumn>(i));
  }
  EXPECT_EQ(FindSystemColumn("metaxy"), std::nullopt);
}

TEST(RowTest, AColumnViewShowsOtherColumns) {
  const Schema schema({{"a", Type(Kind::kInt64)}, {"b", Type(Kind::kInt64)}});
  const VectorRow row(&schema, {Value::Int64(1), Value::Int64(2)});
  ColumnView view(schema, {1});
  view.Set(&row);
  EXPECT_EQ(view.schema()[0].name, "b");
  EXPECT_EQ(*view.Get<int>("b"), 2);
  EXPECT_EQ(view.Get<int>("a").status().code(), StatusCode::kNotFound);
}

TEST(RowBatchTest, SetCopiesWhatItIsGiven) {
  RowBatch rows;
  rows.AddRow();
  {
    const std::string text(100, 'x'), hash(100, 'h');
    rows.Set("text", text);
    rows.Set("size", 5);
    rows.SetMap(kProvenanceByField, {{"audio", hash}, {"frames", "18"}});
    const std::vector<TextEntry> entries = {{"audio", hash}};
    rows.SetMap(kDataVersionByField, entries);
  }
  const auto cell = [&](std::string_view name) { return rows.Get(0, *rows.FindColumn(name)); };
  EXPECT_EQ(cell("text").unchecked_text(), std::string(100, 'x'));
  EXPECT_EQ(cell("size"), Value::Int64(5));
  EXPECT_EQ(cell(kProvenanceByField).Find("audio").unchecked_text(), std::string(100, 'h'));
  EXPECT_EQ(cell(kProvenanceByField).Find("frames").unchecked_text(), "18");
  EXPECT_EQ(cell(kDataVersionByField).size(), 1u);
  rows.AddRow();
  EXPECT_TRUE(rows.Get(1, 0).absent());
}

}  // namespace
}  // namespace diotima
