#include "codec/base/column_types.h"

namespace diotima {

TextColumn FindTextColumn(std::string_view name, const ColumnTypes& types) {
  for (const Column& column : SystemColumns()) {
    if (column.name == name) {
      return {column.type, name == kProvenanceByField || name == kDataVersionByField};
    }
  }
  if (!types) return {};
  auto type = types(name);
  return {type ? *std::move(type) : Type()};
}

Status LocateColumn(const Status& status, std::string_view name, const Type& type) {
  std::string of_type = type.kind() == Kind::kNull ? "" : " (" + type.ToString() + ")";
  return {status.code(),
          "column \"" + std::string(name) + "\"" + of_type + ": " + status.message()};
}

}  // namespace diotima
