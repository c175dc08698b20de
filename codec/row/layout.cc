#include "codec/row/layout.h"

#include <algorithm>
#include <map>
#include <set>

#include "codec/row/verifier.h"

namespace diotima {
namespace {

// FlatBuffers takes no other identifiers, and none of its own words.
bool IsIdentifier(std::string_view name) {
  static const std::set<std::string_view> kReserved = {
      "attribute", "bool",    "byte",           "double",
      "enum",      "false",   "file_extension", "file_identifier",
      "float",     "float32", "float64",        "include",
      "inf",       "int",     "int16",          "int32",
      "int64",     "int8",    "long",           "namespace",
      "nan",       "null",    "root_type",      "rpc_service",
      "short",     "string",  "struct",         "table",
      "true",      "ubyte",   "uint",           "uint16",
      "uint32",    "uint64",  "uint8",          "ulong",
      "union",     "ushort",  "native_include", "infinity",
      "key",       "id"};
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (name.empty() || !letter(name[0]) || kReserved.contains(name)) return false;
  for (char c : name) {
    if (!letter(c) && (c < '0' || c > '9')) return false;
  }
  return true;
}

std::string_view FlatBuffersType(Kind kind) {
  switch (kind) {
    case Kind::kBool:
      return "bool = null";
    case Kind::kInt64:
    case Kind::kTimestamp:
      return "long = null";
    case Kind::kUint64:
      return "ulong = null";
    case Kind::kDouble:
      return "double = null";
    case Kind::kDate:
      return "int = null";
    case Kind::kString:
      return "string";
    default:
      return "[ubyte]";
  }
}

// The tables of row.fbs, up to the end of the system fields of Row.
constexpr std::string_view SystemFields() {
  constexpr std::string_view kSchema =
#include "row_fbs.inc"
      ;
  constexpr std::string_view kHead = "namespace diotima.fb;\n\n", kTail = "}\n\nroot_type Row;";
  static_assert(kSchema.find(kHead) < kSchema.find(kTail));
  static_assert(kSchema.find(kTail) != std::string_view::npos);
  constexpr size_t kFirst = kSchema.find(kHead) + kHead.size();
  return kSchema.substr(kFirst, kSchema.find(kTail) - kFirst);
}

bool IsSystemField(const std::string& name) {
  return SystemFields().find("\n  " + name + ": ") != std::string_view::npos;
}

// A name in a comment: one line, whatever is in it.
std::string OneLine(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return text;
}

std::string FieldName(uint32_t id) { return "column_" + std::to_string(id); }

// A line of the schema: field `name` has the cells of `column`.
std::string FieldText(const std::string& name, uint32_t id, const Type& type,
                      const std::string& column) {
  std::string out = "  " + name + ": ";
  out += FlatBuffersType(type.kind());
  out += " (id: " + std::to_string(id) + (type.nested() ? ", flexbuffer);" : ");");
  if (name != column || type.kind() >= Kind::kBytes) {
    out += "  // " + OneLine(column) + ": " + OneLine(type.ToString());
  }
  return out + "\n";
}

}  // namespace

void RowLayout::MakeSchema() {
  std::vector<Column> all;
  all.reserve(columns.size() + SystemColumns().size());
  for (const auto& column : columns) all.push_back({column.name, column.type});
  all.insert(all.end(), SystemColumns().begin(), SystemColumns().end());
  schema = std::make_shared<const Schema>(std::move(all));
  verifier = std::make_shared<const RowVerifier>(*this);
}

std::optional<size_t> RowLayout::FindColumn(std::string_view name) const {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == name) return i;
  }
  return std::nullopt;
}

bool RowLayout::IsId(size_t column) const {
  return std::find(ids.begin(), ids.end(), column) != ids.end();
}

std::string FlatBuffersSchema(const RowLayout& layout, std::string_view feature) {
  std::string out = "// Rows of " + std::string(feature) + ", feature version " +
                    layout.feature_version + ".\n// By-field hashes are in this order:";
  for (const auto& field : layout.fields) out += " " + OneLine(field);
  out += ".\n// Id columns are in the key:";
  for (size_t id : layout.ids) out += " " + OneLine(layout.columns[id].name);
  out += ".\n";
  out += "\n";
  out += SystemFields();
  // FlatBuffers wants ids without a gap: id columns are declared though rows do not hold them, and
  // what was dropped too.
  std::map<uint32_t, std::string> fields;
  std::set<std::string> used;
  for (const auto& column : layout.columns) {
    std::string name = column.name;
    if (!IsIdentifier(name) || IsSystemField(name) || !used.insert(name).second) {
      name = FieldName(column.id);
      used.insert(name);
    }
    fields[column.id] = FieldText(name, column.id, column.type, column.name);
    for (const FormerColumn& former : column.former) {
      fields[former.id] = FieldText(FieldName(former.id), former.id, former.type, column.name);
    }
  }
  const uint32_t end = fields.empty() ? kFirstUserColumnId : fields.rbegin()->first;
  for (uint32_t id = kFirstUserColumnId; id < end; ++id) {
    fields.try_emplace(
        id, "  " + FieldName(id) + ": ubyte (id: " + std::to_string(id) + ", deprecated);\n");
  }
  for (const auto& [id, text] : fields) out += text;
  return out + "}\n\nroot_type Row;\n";
}

}  // namespace diotima
