#include "codec/row/stored_row.h"

#include "codec/base/decimal.h"
#include "codec/row/nested.h"
#include "codec/row/verifier.h"

namespace diotima {
namespace {

using flatbuffers::Table;
using flatbuffers::voffset_t;

std::string_view View(const flatbuffers::String* text) { return {text->c_str(), text->size()}; }

std::string_view View(const flatbuffers::Vector<uint8_t>* bytes) {
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

Value NumberText(uint64_t number, Arena* arena) {
  char* buffer = arena->Allocate(kMaxDecimal, 1);
  return Value::String({buffer, WriteDecimal(number, buffer)});
}

}  // namespace

bool StoredRow::Load(const RowLayout* layout, std::string_view key, std::string_view value) {
  layout_ = layout;
  key_bytes_ = key;
  value_bytes_ = value = aligned_.Align(value);
  ids_loaded_ = data_version_found_ = false;
  if (arena_used_) {
    arena_.Reset();
    arena_used_ = false;
  }
  if (!ParseRowKey(key, &key_)) return false;
  std::string_view sample = key_.sample;
  for (size_t i = 0; i < layout->ids.size(); ++i) {
    if (!SkipTupleValue(&sample)) return false;
  }
  if (!sample.empty()) return false;
  if (!layout->verifier->Verify(value)) return false;
  row_ = flatbuffers::GetRoot<fb::Row>(value.data());
  table_ = reinterpret_cast<const Table*>(row_);
  return true;
}

StoredRow::Hashes StoredRow::Provenance() const {
  return {row_->provenance64(), row_->provenance32(), row_->provenance_text(),
          row_->provenance_map()};
}

const StoredRow::Hashes& StoredRow::DataVersion() const {
  if (!data_version_found_) {
    data_version_ = {row_->data_version64(), row_->data_version32(), row_->data_version_text(),
                     row_->data_version_map()};
    if (data_version_.null()) data_version_ = Provenance();
    data_version_found_ = true;
  }
  return data_version_;
}

// A row that owns its bytes.
class OwnedStoredRow : public StoredRow {
 public:
  OwnedStoredRow(const RowLayout* layout, std::string_view key, std::string_view value)
      : bytes_(std::string(key) + std::string(value)) {
    std::string_view bytes = bytes_;
    [[maybe_unused]] bool ok = Load(layout, bytes.substr(0, key.size()), bytes.substr(key.size()));
    assert(ok);
  }

 private:
  const std::string bytes_;
};

std::unique_ptr<HashedRow> StoredRow::Clone() const {
  return std::make_unique<OwnedStoredRow>(layout_, key_bytes_, value_bytes_);
}

Value StoredRow::Get(size_t column) const {
  const size_t user_columns = layout_->columns.size();
  if (column < user_columns) return UserValue(column);
  return Get(static_cast<SystemColumn>(column - user_columns));
}

bool StoredRow::Ids(std::vector<Value>* ids) const {
  std::string_view sample = key_.sample;
  ids->resize(layout_->ids.size());
  for (size_t i = 0; i < layout_->ids.size(); ++i) {
    Value& id = (*ids)[i];
    arena_used_ = true;
    if (!TakeTupleValue(&sample, &id, &arena_)) return false;
    // A key does not tell uint64 from int64.
    const Kind kind = layout_->columns[layout_->ids[i]].type.kind();
    if (kind == Kind::kUint64 && id.kind() == Kind::kInt64 && id.unchecked_int64() >= 0) {
      id = Value::Uint64(static_cast<uint64_t>(id.unchecked_int64()));
    }
    if (id.kind() != kind) return false;
  }
  return sample.empty();
}

Value StoredRow::UserValue(size_t column) const {
  const StoredColumn& stored = layout_->columns[column];
  for (size_t i = 0; i < layout_->ids.size(); ++i) {
    if (layout_->ids[i] != column) continue;
    if (!ids_loaded_) {
      if (!Ids(&ids_)) return Value::Null();
      ids_loaded_ = true;
    }
    return ids_[i];
  }
  const Value value = FieldValue(stored.id, stored.type);
  if (!value.null()) return value;
  for (const FormerColumn& former : stored.former) {
    const Value before = FieldValue(former.id, former.type);
    if (before.null()) continue;
    arena_used_ = true;
    // Store::Alter has seen to it that every value fits.
    return Coerce(before, stored.type, &arena_).value_or(Value::Null());
  }
  return Value::Null();
}

Value StoredRow::FieldValue(uint32_t id, const Type& type) const {
  const voffset_t field = FieldOffset(id);
  if (type.kind() == Kind::kNull || !table_->CheckField(field)) return Value::Null();
  switch (type.kind()) {
    case Kind::kBool:
      return Value::Bool(table_->GetField<uint8_t>(field, 0) != 0);
    case Kind::kInt64:
      return Value::Int64(table_->GetField<int64_t>(field, 0));
    case Kind::kUint64:
      return Value::Uint64(table_->GetField<uint64_t>(field, 0));
    case Kind::kDouble:
      return Value::Double(table_->GetField<double>(field, 0));
    case Kind::kTimestamp:
      return Value::Timestamp(table_->GetField<int64_t>(field, 0));
    case Kind::kDate:
      return Value::Date(table_->GetField<int32_t>(field, 0));
    case Kind::kString:
      return Value::String(View(table_->GetPointer<const flatbuffers::String*>(field)));
    default: {
      const auto bytes = View(table_->GetPointer<const flatbuffers::Vector<uint8_t>*>(field));
      if (type.kind() == Kind::kBytes) return Value::Bytes(bytes);
      arena_used_ = true;
      return DecodeNested(bytes, type, &arena_);
    }
  }
}

Value StoredRow::Get(SystemColumn column) const {
  auto time = [](flatbuffers::Optional<int64_t> given, int64_t otherwise) {
    return Value::Timestamp(given ? *given : otherwise);
  };
  switch (column) {
    case SystemColumn::kProvenanceByField:
      return HashesValue(Provenance());
    case SystemColumn::kProvenance: {
      if (auto number = row_->row_provenance()) {
        arena_used_ = true;
        return NumberText(*number, &arena_);
      }
      const auto* text = row_->row_provenance_text();
      return text == nullptr ? Value::Null() : Value::String(View(text));
    }
    case SystemColumn::kDataVersionByField:
      return HashesValue(DataVersion());
    case SystemColumn::kDataVersion:
      return DataVersionText();
    case SystemColumn::kFeatureVersion:
      return Value::String(layout_->feature_version);
    case SystemColumn::kProjectVersion: {
      const auto& projects = *layout_->projects;
      return row_->project() < projects.size() ? Value::String(projects[row_->project()])
                                               : Value::Null();
    }
    case SystemColumn::kCreatedAt:
      return time(row_->created_at(), key_.time);
    case SystemColumn::kUpdatedAt:
      return time(row_->updated_at(), key_.time);
    case SystemColumn::kDeletedAt:
      return deleted() ? Value::Timestamp(key_.time) : Value::Null();
    case SystemColumn::kMaterializationId: {
      const auto* text = row_->materialization_id();
      return text == nullptr ? Value::Null() : Value::String(View(text));
    }
  }
  return Value::Absent();
}

Value StoredRow::DataVersionText() const {
  if ((row_->flags() & kOwnDataVersionFlag) == 0) return Get(SystemColumn::kProvenance);
  const auto* text = row_->row_data_version();
  return text == nullptr ? Value::Null() : Value::String(View(text));
}

Value StoredRow::HashesValue(const Hashes& hashes) const {
  if (hashes.null()) return Value::Null();
  arena_used_ = true;
  const auto& fields = layout_->fields;
  const size_t size = hashes.map != nullptr ? hashes.map->size() : fields.size();
  Value* items = arena_.AllocateValues(2 * size);
  for (size_t i = 0; i < size; ++i) {
    const auto index = static_cast<flatbuffers::uoffset_t>(i);
    Value& hash = items[2 * i + 1];
    if (hashes.map != nullptr) {
      const auto* entry = hashes.map->Get(index);
      items[2 * i] = Value::String(View(entry->field()));
      hash = entry->hash() == nullptr ? Value::Null() : Value::String(View(entry->hash()));
      continue;
    }
    items[2 * i] = Value::String(fields[i]);
    if (hashes.wide != nullptr) {
      hash = NumberText(hashes.wide->Get(index), &arena_);
    } else if (hashes.narrow != nullptr) {
      hash = NumberText(hashes.narrow->Get(index), &arena_);
    } else {
      hash = Value::String(View(hashes.text->Get(index)));
    }
  }
  return Value::Map(items, size);
}

bool StoredRow::AppendHash(const Hashes& hashes, std::string_view field, std::string* out) const {
  if (hashes.map != nullptr) {
    for (const auto* entry : *hashes.map) {
      if (View(entry->field()) != field) continue;
      if (entry->hash() == nullptr) return false;
      out->append(View(entry->hash()));
      return true;
    }
    return false;
  }
  if (hashes.null()) return false;
  for (size_t i = 0; i < layout_->fields.size(); ++i) {
    if (layout_->fields[i] != field) continue;
    const auto index = static_cast<flatbuffers::uoffset_t>(i);
    if (hashes.wide != nullptr) {
      AppendDecimal(hashes.wide->Get(index), out);
    } else if (hashes.narrow != nullptr) {
      AppendDecimal(hashes.narrow->Get(index), out);
    } else {
      out->append(View(hashes.text->Get(index)));
    }
    return true;
  }
  return false;
}

bool StoredRow::AppendDataVersion(std::string_view field, std::string* out) const {
  return AppendHash(DataVersion(), field, out);
}

bool StoredRow::AppendProvenance(std::string* out) const {
  if (auto number = row_->row_provenance()) {
    AppendDecimal(*number, out);
    return true;
  }
  const auto* text = row_->row_provenance_text();
  if (text == nullptr) return false;
  out->append(View(text));
  return true;
}

}  // namespace diotima
