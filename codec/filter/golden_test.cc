// The filters of tests/golden/filters.json: what Metaxy answered to each.
#include <diotima/filter.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "codec/base/vector_row.h"
#include "codec/text/time.h"

namespace diotima {
namespace {

using nlohmann::json;

double GoldenDouble(const json& cell) {
  if (cell.is_number()) return cell.get<double>();
  if (cell == "NaN") return std::numeric_limits<double>::quiet_NaN();
  double infinity = std::numeric_limits<double>::infinity();
  return cell == "Infinity" ? infinity : -infinity;
}

Value GoldenValue(const json& cell, Kind kind) {
  if (cell.is_null()) return Value::Null();
  switch (kind) {
    case Kind::kInt64:
      return Value::Int64(cell.get<int64_t>());
    case Kind::kDouble:
      return Value::Double(GoldenDouble(cell));
    case Kind::kBool:
      return Value::Bool(cell.get<bool>());
    case Kind::kTimestamp:
      return Value::Timestamp(ParseTime(cell.get_ref<const std::string&>())->micros);
    case Kind::kDate:
      return Value::Date(*ParseDate(cell.get_ref<const std::string&>()));
    default:
      return Value::String(cell.get_ref<const std::string&>());
  }
}

class FilterGolden : public testing::Test {
 protected:
  FilterGolden() {
    std::ifstream file(DIOTIMA_GOLDEN "/filters.json");
    golden_ = json::parse(file);
    std::vector<Column> columns;
    for (const auto& column : golden_["table"]["columns"]) {
      columns.push_back({column["name"], *Type::Parse(column["type"].get<std::string>())});
    }
    schema_ = Schema(std::move(columns));
    for (const auto& row : golden_["table"]["rows"]) {
      std::vector<Value> cells;
      for (size_t i = 0; i < schema_.size(); ++i) {
        cells.push_back(GoldenValue(row[i], schema_[i].type.kind()));
      }
      rows_.emplace_back(&schema_, std::move(cells));
    }
  }

  Result<std::vector<int64_t>> Run(const std::string& text) const {
    auto filter = Filter::Parse(text);
    if (!filter.ok()) return filter.status();
    auto bound = filter->Bind(schema_);
    if (!bound.ok()) return bound.status();
    std::vector<int64_t> kept;
    for (const auto& row : rows_) {
      if (bound->Matches(row)) kept.push_back(row.Get("id").unchecked_int64());
    }
    return kept;
  }

  json golden_;
  Schema schema_;
  std::vector<VectorRow> rows_;
};

std::string KindOfError(const Status& status) {
  const std::string& message = status.message();
  if (message.starts_with("filter cannot be parsed at character ")) return "parse";
  if (message.starts_with("unknown column ")) return "unknown_column";
  if (message.starts_with("filter compares ")) return "type";
  if (message.starts_with("a filter must name at least one column")) return "constant";
  return message;
}

TEST_F(FilterGolden, EveryCase) {
  EXPECT_EQ(golden_["cases"].size(), 505u);
  for (const auto& golden : golden_["cases"]) {
    const auto text = golden["filter"].get<std::string>();
    auto kept = Run(text);
    if (!kept.ok()) {
      EXPECT_EQ(kept.status().code(), StatusCode::kInvalidArgument) << text;
      if (golden.value("or_error", false)) continue;
      ASSERT_TRUE(golden.contains("error")) << text << "\n" << kept.status().message();
      EXPECT_EQ(KindOfError(kept.status()), golden["error"]) << text;
    } else {
      ASSERT_TRUE(golden.contains("expect")) << text << "\nshould fail: " << golden["error"];
      EXPECT_EQ(*kept, golden["expect"].get<std::vector<int64_t>>()) << text;
    }
  }
}

}  // namespace
}  // namespace diotima
