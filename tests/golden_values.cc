#include "tests/golden_values.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "codec/base/batch_builder.h"
#include "codec/text/base64.h"
#include "codec/text/time.h"

namespace diotima {
namespace {

using nlohmann::json;

Value ToValue(const json& value, const Type& type, Arena* arena);

Value ToEntries(const json& value, const Type& type, Arena* arena) {
  Value* items = arena->AllocateValues(2 * value.size());
  size_t i = 0;
  for (const auto& [key, member] : value.items()) {
    Type member_type;
    if (type.kind() == Kind::kStruct) {
      for (const auto& m : type.members()) {
        if (m.name == key) member_type = m.type;
      }
    }
    items[i++] = Value::String(arena->Copy(key));
    items[i++] = ToValue(member, member_type, arena);
  }
  return type.kind() == Kind::kStruct ? Value::Struct(items, value.size())
                                      : Value::Map(items, value.size());
}

Value ToValue(const json& value, const Type& type, Arena* arena) {
  if (value.is_null()) return Value::Null();
  if (value.is_boolean()) return Value::Bool(value.get<bool>());
  if (value.is_number_float()) return Value::Double(value.get<double>());
  if (value.is_number_unsigned()) {
    const auto number = value.get<uint64_t>();
    return number <= INT64_MAX ? Value::Int64(static_cast<int64_t>(number)) : Value::Uint64(number);
  }
  if (value.is_number_integer()) return Value::Int64(value.get<int64_t>());
  if (value.is_string()) return Value::String(arena->Copy(value.get<std::string>()));
  if (value.is_array()) {
    Value* items = arena->AllocateValues(value.size());
    for (size_t i = 0; i < value.size(); ++i) {
      items[i] = ToValue(value[i], type.kind() == Kind::kList ? type.element() : Type(), arena);
    }
    return Value::List(items, value.size());
  }
  if (value.contains("$timestamp")) {
    return Value::Timestamp(ParseTime(value["$timestamp"].get<std::string>())->micros);
  }
  if (value.contains("$date")) return Value::Date(*ParseDate(value["$date"].get<std::string>()));
  if (value.contains("$bytes")) {
    std::string bytes;
    EXPECT_TRUE(DecodeBase64(value["$bytes"].get<std::string>(), &bytes));
    return Value::Bytes(arena->Copy(bytes));
  }
  return ToEntries(value, type, arena);
}

template <typename Append, typename T>
std::string Text(Append append, const T& value) {
  std::string out;
  append(value, &out);
  return out;
}

json ToJson(const Value& value) {
  switch (value.kind()) {
    case Kind::kAbsent:
    case Kind::kNull:
      return nullptr;
    case Kind::kBool:
      return value.unchecked_bool();
    case Kind::kInt64:
      return value.unchecked_int64();
    case Kind::kUint64:
      return value.unchecked_uint64();
    case Kind::kDouble:
      return value.unchecked_double();
    case Kind::kString:
      return std::string(value.unchecked_text());
    case Kind::kBytes:
      return {{"$bytes", Text(AppendBase64, value.unchecked_text())}};
    case Kind::kTimestamp:
      return {{"$timestamp", Text(AppendTimestamp, value.unchecked_timestamp())}};
    case Kind::kDate:
      return {{"$date", Text(AppendDate, value.unchecked_date())}};
    case Kind::kList: {
      json out = json::array();
      for (size_t i = 0; i < value.size(); ++i) out.push_back(ToJson(value[i]));
      return out;
    }
    default: {
      json out = json::object();
      for (size_t i = 0; i < value.size(); ++i) {
        out[std::string(value.entry_key(i).unchecked_text())] = ToJson(value.entry_value(i));
      }
      return out;
    }
  }
}

bool IsHashMap(const std::string& column) {
  return column == kProvenanceByField || column == kDataVersionByField;
}

// Null and absent are the same; in the hash maps too, and an empty one is null.
json Normalized(json row) {
  json out = json::object();
  for (auto& [name, value] : row.items()) {
    if (IsHashMap(name) && value.is_object()) {
      json map = json::object();
      for (const auto& [field, hash] : value.items()) {
        if (!hash.is_null()) map[field] = hash;
      }
      value = map.empty() ? json() : map;
    }
    if (!value.is_null()) out[name] = value;
  }
  return out;
}

// What depends on the clock is compared where the expected rows have it.
json Comparable(json row, bool with_created_at, bool with_deleted) {
  row.erase(std::string(kUpdatedAt));
  row.erase(std::string(kProjectVersion));
  row.erase(std::string(kDeletedAt));
  if (!with_created_at) row.erase(std::string(kCreatedAt));
  if (!with_deleted) row.erase("deleted");
  return Normalized(std::move(row));
}

}  // namespace

RowBatch ToBatch(const json& rows, const json& columns) {
  RowBatch batch;
  BatchBuilder builder(&batch);
  for (const auto& row : rows) {
    for (const auto& [name, value] : row.items()) batch.AddColumn(name);
  }
  for (const auto& row : rows) {
    batch.AddRow();
    for (size_t i = 0; i < batch.columns().size(); ++i) {
      const std::string& name = batch.columns()[i];
      Type type;
      if (columns.contains(name)) type = *Type::Parse(columns[name].get<std::string>());
      builder.SetBorrowed(
          i, row.contains(name) ? ToValue(row[name], type, builder.arena()) : Value::Null());
    }
  }
  return batch;
}

json ToJson(const Row& row) {
  json out = json::object();
  for (size_t i = 0; i < row.schema().size(); ++i) {
    const std::string& name = row.schema()[i].name;
    out[name] = ToJson(row.Get(i));
    if (name == kDeletedAt) out["deleted"] = !out[name].is_null();
  }
  return out;
}

void CompareRows(const std::string& what, const json& expected, const std::vector<json>& actual) {
  std::multiset<std::string> only_expected;
  for (const auto& row : expected) {
    only_expected.insert(Comparable(row, row.contains(kCreatedAt), row.contains("deleted")).dump());
  }
  std::string only_actual;
  for (const auto& row : actual) {
    auto match = only_expected.end();
    for (const bool created_at : {true, false}) {
      for (const bool deleted : {true, false}) {
        if (match != only_expected.end()) break;
        match = only_expected.find(Comparable(row, created_at, deleted).dump());
      }
    }
    if (match == only_expected.end()) {
      only_actual += "\n  + " + Normalized(row).dump();
    } else {
      only_expected.erase(match);
    }
  }
  std::string diff = only_actual;
  for (const auto& text : only_expected) diff += "\n  - " + text;
  EXPECT_TRUE(diff.empty()) << what << ": - expected, + returned" << diff;
}

}  // namespace diotima
