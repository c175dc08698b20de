#include "tests/model/cells.h"

#include "codec/base/batch_builder.h"

namespace diotima::model {
namespace {

std::string Hex(std::string_view bytes) {
  std::string out;
  for (unsigned char c : bytes) {
    out += "0123456789abcdef"[c >> 4];
    out += "0123456789abcdef"[c & 15];
  }
  return out;
}

std::string FromHex(const std::string& hex) {
  std::string out;
  for (size_t i = 0; i < hex.size(); i += 2) {
    out += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return out;
}

Value Number(const json& cell, Kind kind) {
  if (cell.is_number_float()) return Value::Double(cell.get<double>());
  if (kind == Kind::kUint64) return Value::Uint64(cell.get<uint64_t>());
  return Value::Int64(cell.get<int64_t>());
}

Value Object(const json& cell, const Type& type, Arena* arena) {
  Value* items = arena->AllocateValues(2 * cell.size());
  size_t i = 0;
  for (const auto& [name, value] : cell.items()) {
    Type member;
    if (type.kind() == Kind::kStruct) {
      for (const auto& m : type.members()) {
        if (m.name == name) member = m.type;
      }
    }
    items[i++] = Value::String(arena->Copy(name));
    items[i++] = ToValue(value, member, arena);
  }
  return type.kind() == Kind::kStruct ? Value::Struct(items, cell.size())
                                      : Value::Map(items, cell.size());
}

Value Pairs(const json& pairs, const Type& type, Arena* arena) {
  Value* items = arena->AllocateValues(2 * pairs.size());
  for (size_t i = 0; i < pairs.size(); ++i) {
    items[2 * i] = ToValue(pairs[i][0], type.key(), arena);
    items[2 * i + 1] = ToValue(pairs[i][1], type.value(), arena);
  }
  return Value::Map(items, pairs.size());
}

}  // namespace

bool IsHashMap(const std::string& column) {
  return column == kProvenanceByField || column == kDataVersionByField;
}

json Timestamp(int64_t micros) { return {{"$timestamp", micros}}; }

const json& Cell(const Cells& row, const std::string& column) {
  static const json kNull;
  const auto it = row.find(column);
  return it == row.end() ? kNull : it->second;
}

Value ToValue(const json& cell, const Type& type, Arena* arena) {
  if (cell.is_null()) return Value::Null();
  if (cell.is_boolean()) return Value::Bool(cell.get<bool>());
  if (cell.is_number()) return Number(cell, type.kind());
  if (cell.is_string()) return Value::String(arena->Copy(cell.get<std::string>()));
  if (cell.is_array()) {
    Value* items = arena->AllocateValues(cell.size());
    for (size_t i = 0; i < cell.size(); ++i) items[i] = ToValue(cell[i], type.element(), arena);
    return Value::List(items, cell.size());
  }
  if (cell.contains("$timestamp")) return Value::Timestamp(cell["$timestamp"].get<int64_t>());
  if (cell.contains("$date")) return Value::Date(cell["$date"].get<int32_t>());
  if (cell.contains("$bytes")) return Value::Bytes(arena->Copy(FromHex(cell["$bytes"])));
  if (cell.contains("$map")) return Pairs(cell["$map"], type, arena);
  return Object(cell, type, arena);
}

json FromValue(const Value& value, bool hash_map) {
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
      return {{"$bytes", Hex(value.unchecked_text())}};
    case Kind::kTimestamp:
      return Timestamp(value.unchecked_timestamp());
    case Kind::kDate:
      return {{"$date", value.unchecked_date()}};
    case Kind::kList: {
      json out = json::array();
      for (size_t i = 0; i < value.size(); ++i) out.push_back(FromValue(value[i]));
      return out;
    }
    default:
      break;
  }
  if (value.kind() == Kind::kStruct || hash_map) {
    json out = json::object();
    for (size_t i = 0; i < value.size(); ++i) {
      out[std::string(value.entry_key(i).unchecked_text())] = FromValue(value.entry_value(i));
    }
    return out;
  }
  json pairs = json::array();
  for (size_t i = 0; i < value.size(); ++i) {
    pairs.push_back(json::array({FromValue(value.entry_key(i)), FromValue(value.entry_value(i))}));
  }
  return {{"$map", pairs}};
}

Cells FromRow(const Row& row) {
  Cells out;
  for (size_t i = 0; i < row.schema().size(); ++i) {
    const std::string& name = row.schema()[i].name;
    json cell = FromValue(row.Get(i), IsHashMap(name));
    if (!cell.is_null()) out[name] = std::move(cell);
  }
  return out;
}

Cells WithoutNulls(const Cells& row) {
  Cells out;
  for (const auto& [name, cell] : row) {
    if (!cell.is_null()) out[name] = cell;
  }
  return out;
}

RowBatch ToBatch(const std::vector<Cells>& rows, const std::map<std::string, Type>& types) {
  RowBatch batch;
  BatchBuilder builder(&batch);
  for (const auto& row : rows) {
    for (const auto& [name, cell] : row) batch.AddColumn(name);
  }
  for (const auto& row : rows) {
    batch.AddRow();
    for (const auto& [name, cell] : row) {
      const auto type = types.find(name);
      const Value value =
          ToValue(cell, type == types.end() ? Type() : type->second, builder.arena());
      builder.SetBorrowed(*batch.FindColumn(name), value);
    }
  }
  return batch;
}

std::string ToText(const Cells& row) { return json(row).dump(); }

}  // namespace diotima::model
