#include "kv/commit/row_completer.h"

#include <diotima/status_macros.h>

#include <algorithm>
#include <charconv>

#include "codec/base/batch_builder.h"
#include "codec/base/member_index.h"
#include "codec/base/utf8.h"
#include "codec/row/hashes.h"

namespace diotima {
namespace {

// Whether every string in a value is UTF-8.
bool IsText(const Value& value) {
  if (value.kind() == Kind::kString) return !FindInvalidUtf8(value.unchecked_text());
  if (value.kind() < Kind::kList) return true;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value.kind() == Kind::kList
            ? !IsText(value[i])
            : !IsText(value.entry_key(i)) || !IsText(value.entry_value(i))) {
      return false;
    }
  }
  return true;
}

const Type* DeclaredType(const FeatureSpec& spec, const std::string& column) {
  for (const auto& [name, type] : spec.columns) {
    if (name == column) return &type;
  }
  return nullptr;
}

// Whether values can add to a type: to its null parts, or to the members of its structs.
bool MayGrow(const Type& type) {
  switch (type.kind()) {
    case Kind::kAbsent:
    case Kind::kNull:
    case Kind::kStruct:
      return true;
    case Kind::kList:
      return MayGrow(type.element());
    case Kind::kMap:
      return MayGrow(type.key()) || MayGrow(type.value());
    default:
      return false;
  }
}

// Whether a type has a place for every member of a value.
bool Covers(const Type& type, const Value& value) {
  if (value.null()) return true;
  if (type.kind() == Kind::kNull) return false;
  switch (value.kind()) {
    case Kind::kList:
      if (type.kind() != Kind::kList) return true;  // for Coerce to say
      for (size_t i = 0; i < value.size(); ++i) {
        if (!Covers(type.element(), value[i])) return false;
      }
      return true;
    case Kind::kMap:
    case Kind::kStruct: {
      if (type.kind() == Kind::kMap) {
        for (size_t i = 0; i < value.size(); ++i) {
          if (!Covers(type.value(), value.entry_value(i))) return false;
        }
        return true;
      }
      if (type.kind() != Kind::kStruct) return true;
      const MemberIndex index(type.members());
      for (size_t i = 0; i < value.size(); ++i) {
        const Value& key = value.entry_key(i);
        const auto place =
            key.kind() == Kind::kString ? index.Find(key.unchecked_text(), i) : std::nullopt;
        if (!place || !Covers(type.members()[*place].type, value.entry_value(i))) return false;
      }
      return true;
    }
    default:
      return true;
  }
}

}  // namespace

Status RowCompleter::RowError(size_t row, StatusCode code, const std::string& what) const {
  return {code, BatchBuilder::DescribeRow(*batch_, row, rows_before_) + ": feature '" +
                    definition_.spec->key + "': " + what};
}

Status RowCompleter::Begin(const RowBatch* batch) {
  batch_ = batch;
  if (!bound_names_.empty() && batch->columns() == bound_names_) return Status::Ok();
  bound_names_.clear();
  DIOTIMA_TRY(Bind());
  const auto& columns = draft_.entry().columns;
  const bool typed = std::none_of(bound_.begin(), bound_.end(), [&](const BoundColumn& bound) {
    return MayGrow(columns[bound.column].type);
  });
  if (typed && !batch->empty()) bound_names_ = batch->columns();
  return Status::Ok();
}

Status RowCompleter::Bind() {
  const RowBatch* const batch = batch_;
  bound_.clear();
  system_.fill(std::nullopt);
  for (size_t i = 0; i < batch->columns().size(); ++i) {
    if (auto system = FindSystemColumn(batch->columns()[i])) {
      system_[static_cast<size_t>(*system)] = i;
    } else {
      DIOTIMA_TRY(BindUserColumn(i));
    }
  }
  // The id columns are known from the first write on, even where it has no rows.
  ids_.clear();
  for (const auto& id : definition_.spec->id_columns) {
    auto column = batch->FindColumn(id);
    if (!column && !batch->empty()) {
      return RowError(0, StatusCode::kSchemaMismatch,
                      "id column '" + id + "' is missing: every row names the id columns");
    }
    DIOTIMA_ASSIGN(const size_t index, draft_.AddColumn(id, Type()));
    const Type& type = draft_.entry().columns[index].type;
    if (type.nested()) {
      return RowError(0, StatusCode::kSchemaMismatch,
                      "id column '" + id + "' is " + type.ToString() + ": ids cannot be nested");
    }
    ids_.push_back(index);
  }
  return Status::Ok();
}

// A column's type is what the store has, else what the definition declares, else what the first
// batch that has values of it shows. Structs gain the members that values bring.
Status RowCompleter::BindUserColumn(size_t batch_column) {
  const std::string& name = batch_->columns()[batch_column];
  const StoredColumn* known = draft_.entry().FindColumn(name);
  const Type* declared = DeclaredType(*definition_.spec, name);
  Type type = known != nullptr ? known->type : Type();
  if (type.kind() == Kind::kNull && declared != nullptr) type = *declared;
  const bool strict = definition_.spec->strict && mode_ == Mode::kWrite;
  if (strict && declared == nullptr && !IsIdColumn(name)) {
    return RowError(0, StatusCode::kSchemaMismatch,
                    "column '" + name + "' is not declared, and the definition is strict: add it " +
                        "to `columns`, or leave it out");
  }
  if (MayGrow(type)) {
    DIOTIMA_ASSIGN(const Type seen, SeenType(batch_column, type));
    auto refined = RefineType(type, seen);
    if (refined && (!strict || type.has_null())) type = *std::move(refined);
  }
  DIOTIMA_ASSIGN(const size_t column, draft_.AddColumn(name, type));
  bound_.push_back({batch_column, column});
  return Status::Ok();
}

bool RowCompleter::IsIdColumn(const std::string& name) const {
  const auto& ids = definition_.spec->id_columns;
  return std::find(ids.begin(), ids.end(), name) != ids.end();
}

// The common type of the values of a column that are not of `type` as it is.
Result<Type> RowCompleter::SeenType(size_t batch_column, const Type& type) const {
  Type seen;
  for (size_t row = 0; row < batch_->rows(); ++row) {
    const Value cell = batch_->Get(row, batch_column);
    if (cell.null() || Covers(type, cell)) continue;
    auto common = CommonType(seen, TypeOf(cell));
    if (!common) {
      return RowError(row, StatusCode::kSchemaMismatch,
                      "column '" + batch_->columns()[batch_column] + "' is " + seen.ToString() +
                          " in rows before, here " + TypeOf(cell).ToString());
    }
    seen = *std::move(common);
  }
  return seen;
}

Result<RowToWrite*> RowCompleter::Complete(size_t row) {
  arena_.Reset();
  DIOTIMA_TRY(CompleteCells(row));
  DIOTIMA_TRY(CompleteHashes(row));
  DIOTIMA_TRY(CompleteSystem(row));
  return &out_;
}

Status RowCompleter::CompleteCells(size_t row) {
  const auto& columns = draft_.entry().columns;
  out_.row.cells.assign(columns.size(), Value::Null());
  for (const auto& [batch_column, column] : bound_) {
    const Value cell = batch_->Get(row, batch_column);
    if (cell.null()) continue;
    const Type& type = columns[column].type;
    if (!IsText(cell)) {
      return RowError(row, StatusCode::kInvalidArgument,
                      "column '" + columns[column].name +
                          "' holds text that is not UTF-8: use the type bytes for it");
    }
    if (cell.kind() == type.kind() && !type.nested()) {
      out_.row.cells[column] = cell;
      continue;
    }
    auto coerced = Coerce(cell, type, &arena_);
    if (!coerced) {
      return RowError(row, StatusCode::kSchemaMismatch,
                      "column '" + columns[column].name + "' is " + type.ToString() +
                          ", the value is " + TypeOf(cell).ToString());
    }
    out_.row.cells[column] = *coerced;
  }
  for (size_t id : ids_) {
    if (out_.row.cells[id].null()) {
      return RowError(
          row, StatusCode::kSchemaMismatch,
          "id column '" + columns[id].name + "' is null: every row names the id columns");
    }
  }
  return Status::Ok();
}

Value RowCompleter::System(size_t row, SystemColumn column) const {
  const auto& place = system_[static_cast<size_t>(column)];
  return place ? batch_->Get(row, *place) : Value::Absent();
}

Result<Value> RowCompleter::HashMap(size_t row, std::string_view column, const Value& cell) {
  if (cell.null()) return Value::Null();
  auto wrong = [&](const std::string& what) {
    return RowError(row, StatusCode::kSchemaMismatch,
                    "column '" + std::string(column) + "' " + what);
  };
  if (cell.kind() != Kind::kMap && cell.kind() != Kind::kStruct) {
    return wrong("is a map from field to hash, the value is " + TypeOf(cell).ToString());
  }
  bool usual = cell.kind() == Kind::kMap;
  for (size_t i = 0; i < cell.size(); ++i) {
    if (cell.entry_key(i).kind() != Kind::kString) return wrong("has a key that is no text");
    usual = usual && (cell.entry_value(i).null() || cell.entry_value(i).kind() == Kind::kString);
  }
  const Value* twice =
      cell.size() == 0 ? nullptr : FindDuplicateKey(&cell.entry_key(0), cell.size());
  if (twice != nullptr)
    return wrong("has the field '" + std::string(twice->unchecked_text()) + "' twice");
  if (usual) return cell;
  Value* items = arena_.AllocateValues(2 * cell.size());
  for (size_t i = 0; i < cell.size(); ++i) {
    items[2 * i] = cell.entry_key(i);
    const std::string entry =
        std::string(column) + "." + std::string(cell.entry_key(i).unchecked_text());
    DIOTIMA_ASSIGN(items[2 * i + 1], Text(row, entry, cell.entry_value(i)));
  }
  return Value::Map(items, cell.size());
}

// Hashes are texts; a number becomes one.
Result<Value> RowCompleter::Text(size_t row, std::string_view column, const Value& cell) {
  char buffer[32];
  std::to_chars_result end{buffer, {}};
  switch (cell.kind()) {
    case Kind::kAbsent:
    case Kind::kNull:
      return Value::Null();
    case Kind::kString:
      return cell;
    case Kind::kInt64:
      end = std::to_chars(buffer, buffer + sizeof(buffer), cell.unchecked_int64());
      break;
    case Kind::kUint64:
      end = std::to_chars(buffer, buffer + sizeof(buffer), cell.unchecked_uint64());
      break;
    case Kind::kDouble:
      end = std::to_chars(buffer, buffer + sizeof(buffer), cell.unchecked_double());
      break;
    default:
      return RowError(row, StatusCode::kSchemaMismatch,
                      "column '" + std::string(column) + "' is string, the value is " +
                          TypeOf(cell).ToString());
  }
  return Value::String(arena_.Copy({buffer, static_cast<size_t>(end.ptr - buffer)}));
}

Result<Value> RowCompleter::Time(size_t row, std::string_view column, const Value& cell) const {
  if (cell.null()) return Value::Absent();
  if (cell.kind() == Kind::kTimestamp) return cell;
  return RowError(
      row, StatusCode::kSchemaMismatch,
      "column '" + std::string(column) + "' is timestamp, the value is " + TypeOf(cell).ToString());
}

Value RowCompleter::RowHash(const Value& by_field) {
  text_.clear();
  if (!AppendRowHash(hasher_, definition_.fields, by_field, &text_)) return Value::Null();
  return Value::String(arena_.Copy(text_));
}

Status RowCompleter::CompleteHashes(size_t row) {
  CompleteRow& out = out_.row;
  const Value map = System(row, SystemColumn::kProvenanceByField);
  if (map.absent()) {
    return RowError(row, StatusCode::kSchemaMismatch,
                    "column '" + std::string(kProvenanceByField) +
                        "' is missing: every row names the hash of each field, or null");
  }
  DIOTIMA_ASSIGN(out.provenance_by_field, HashMap(row, kProvenanceByField, map));
  if (!out.provenance_by_field.null()) {
    for (const auto& field : definition_.fields) {
      if (out.provenance_by_field.Find(field).absent()) {
        return RowError(row, StatusCode::kSchemaMismatch,
                        "column '" + std::string(kProvenanceByField) + "' lacks the field '" +
                            field + "': give its hash, or null");
      }
    }
  }
  const Value given = System(row, SystemColumn::kProvenance);
  if (given.absent() || mode_ == Mode::kSamples) {
    out.provenance = RowHash(out.provenance_by_field);
  } else {
    DIOTIMA_ASSIGN(out.provenance, Text(row, kProvenance, given));
  }
  out.data_version_by_field = out.data_version = Value::Absent();
  const Value data_map = System(row, SystemColumn::kDataVersionByField);
  if (data_map.absent()) return Status::Ok();
  out.data_version_by_field = out.provenance_by_field;
  if (!data_map.null()) {
    DIOTIMA_ASSIGN(out.data_version_by_field, HashMap(row, kDataVersionByField, data_map));
  }
  const Value data_version = System(row, SystemColumn::kDataVersion);
  if (data_version.absent()) {
    out.data_version = RowHash(out.data_version_by_field);
  } else if (!data_version.null()) {
    DIOTIMA_ASSIGN(out.data_version, Text(row, kDataVersion, data_version));
  }
  return Status::Ok();
}

Status RowCompleter::CompleteSystem(size_t row) {
  out_.feature_version = out_.project_version = {};
  out_.deleted_at.reset();
  out_.row.deleted = false;
  out_.row.updated_at = out_.row.committed_at = Value::Absent();
  DIOTIMA_ASSIGN(out_.row.created_at, Time(row, kCreatedAt, System(row, SystemColumn::kCreatedAt)));
  DIOTIMA_ASSIGN(const Value deleted, Time(row, kDeletedAt, System(row, SystemColumn::kDeletedAt)));
  if (!deleted.null() && mode_ == Mode::kWrite) {
    out_.row.deleted = true;
    out_.deleted_at = deleted.unchecked_timestamp();
    // Its key has the time of the deletion; these are the commit's.
    out_.row.updated_at = out_.row.committed_at = Value::Timestamp(kPendingTime);
    if (out_.row.created_at.null()) out_.row.created_at = out_.row.updated_at;
  }
  if (!preserve_feature_version_) return Status::Ok();
  const Value feature_version = System(row, SystemColumn::kFeatureVersion);
  const Value project_version = System(row, SystemColumn::kProjectVersion);
  if (feature_version.kind() == Kind::kString && project_version.kind() == Kind::kString) {
    out_.feature_version = feature_version.unchecked_text();
    out_.project_version = project_version.unchecked_text();
  }
  return Status::Ok();
}

}  // namespace diotima
