// Results that are no rows: they are printed as rows made from JSON.
#include <diotima/row.h>
#include <diotima/status_macros.h>

#include "cli/output/display_width.h"
#include "cli/output/output.h"
#include "cli/output/row_printer.h"

namespace diotima::cli {
namespace {

// Nested members show as JSON text.
Value ToValue(const Json& json, Arena* arena) {
  if (json.is_null()) return Value::Null();
  if (json.is_boolean()) return Value::Bool(json.get<bool>());
  if (json.is_number_unsigned()) return Value::Uint64(json.get<uint64_t>());
  if (json.is_number_integer()) return Value::Int64(json.get<int64_t>());
  if (json.is_number_float()) return Value::Double(json.get<double>());
  return Value::String(arena->Copy(json.is_string() ? json.get_ref<const std::string&>()
                                                    : std::string_view(JsonText(json))));
}

class ObjectRow : public Row {
 public:
  explicit ObjectRow(Schema schema) : schema_(std::move(schema)) {}

  void Set(const Json& object) {
    arena_.Reset();
    values_.clear();
    for (const auto& column : schema_.columns()) {
      const auto member = object.find(column.name);
      values_.push_back(member == object.end() ? Value::Null() : ToValue(*member, &arena_));
    }
  }
  const Schema& schema() const override { return schema_; }
  using Row::Get;
  Value Get(size_t column) const override { return values_[column]; }

 private:
  Schema schema_;
  Arena arena_;
  std::vector<Value> values_;
};

Schema SchemaOf(const std::vector<Json>& objects) {
  std::vector<Column> columns;
  std::map<std::string, bool> known;
  for (const auto& object : objects) {
    for (const auto& [name, value] : object.items()) {
      if (!known.emplace(name, true).second) continue;
      columns.push_back({name, Type(Kind::kString)});
    }
  }
  return Schema(std::move(columns));
}

// Lists of plain values read better without JSON's marks.
std::string MemberText(const Json& value) {
  Arena arena;
  if (!value.is_array() || value.empty()) return CellOf(ToValue(value, &arena)).text;
  std::string text;
  for (const auto& item : value) {
    if (item.is_structured()) return JsonText(value);
    text += (text.empty() ? "" : ", ") + CellOf(ToValue(item, &arena)).text;
  }
  return text;
}

// Lists of objects, and objects of objects, get a line for each.
Status AddMember(Table* table, const std::string& name, const Json& value) {
  const bool nested = value.is_structured() && !value.empty() &&
                      std::all_of(value.begin(), value.end(),
                                  [](const Json& item) { return item.is_structured(); });
  if (!nested) return table->AddRow({{name}, {MemberText(value)}});
  std::string label = name;
  for (const auto& [key, item] : value.items()) {
    const std::string text = value.is_object() ? key + ": " + JsonText(item) : JsonText(item);
    DIOTIMA_TRY(table->AddRow({{label}, {OneLine(text)}}));
    label.clear();
  }
  return Status::Ok();
}

Status PrintTable(Output* output, const std::vector<Json>& objects, const ColourOf& colour_of) {
  const Schema schema = SchemaOf(objects);
  std::vector<std::string> header;
  for (const auto& column : schema.columns()) header.push_back(OneLine(column.name));
  Table table(output, std::move(header));
  Arena arena;
  for (const auto& object : objects) {
    std::vector<TableCell> cells;
    for (const auto& column : schema.columns()) {
      const Json value = object.value(column.name, Json());
      cells.push_back(CellOf(ToValue(value, &arena)));
      if (colour_of) cells.back().colour = colour_of(column.name, value);
    }
    DIOTIMA_TRY(table.AddRow(std::move(cells)));
    arena.Reset();
  }
  return table.End();
}

}  // namespace

Status PrintObject(Output* output, Format format, const Json& object) {
  if (format == Format::kCsv) return PrintObjects(output, format, {object});
  if (format != Format::kTable) return output->Write(JsonText(object) + "\n");
  Table table(output, {});
  for (const auto& [name, value] : object.items()) DIOTIMA_TRY(AddMember(&table, name, value));
  return table.End();
}

Status PrintObjects(Output* output, Format format, const std::vector<Json>& objects,
                    const ColourOf& colour_of) {
  if (format == Format::kTable) return PrintTable(output, objects, colour_of);
  if (format == Format::kCsv) {
    ObjectRow row(SchemaOf(objects));
    RowPrinter printer(output, format, row.schema());
    for (const auto& object : objects) {
      row.Set(object);
      DIOTIMA_TRY(printer.Print(row));
    }
    return printer.End();
  }
  JsonRecords records(output, format);
  for (const auto& object : objects) {
    *records.Begin() += JsonText(object);
    DIOTIMA_TRY(records.Add());
  }
  return records.End();
}

}  // namespace diotima::cli
