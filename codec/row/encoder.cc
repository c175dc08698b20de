#include "codec/row/encoder.h"

#include <diotima/status_macros.h>

#include <cstdlib>

#include "codec/row/hashes.h"
#include "codec/row/key.h"
#include "codec/row/nested.h"
#include "codec/row/stored_row.h"
#include "codec/row/verifier.h"
#include "row_generated.h"

namespace diotima {
namespace {

using flatbuffers::voffset_t;

// The four forms of a by-field map follow each other in the schema.
constexpr voffset_t kFormStep = 2;

// What the system columns take of a table, at most: a row is marked deleted when it is written
// again, so it must have room for all of them.
constexpr size_t kSystemBytes = 4 + 8 * 4 + 4 * 6 + 1;

size_t TextBytes(const Value& value) {
  if (value.kind() == Kind::kString || value.kind() == Kind::kBytes)
    return value.unchecked_text().size();
  if (value.kind() < Kind::kList) return sizeof(int64_t);
  size_t bytes = 0;
  for (size_t i = 0; i < value.size(); ++i) {
    bytes += value.kind() == Kind::kList
                 ? TextBytes(value[i])
                 : TextBytes(value.entry_key(i)) + TextBytes(value.entry_value(i));
  }
  return bytes;
}

Status TooLarge(const std::string& what, size_t bytes, size_t most) {
  return Status::InvalidArgument(what + " takes " + std::to_string(bytes) +
                                 " bytes; the limit is " + std::to_string(most));
}

}  // namespace

CompleteRow ToCompleteRow(const StoredRow& row) {
  CompleteRow out;
  const size_t columns = row.layout().columns.size();
  for (size_t i = 0; i < columns; ++i) out.cells.push_back(row.Get(i));
  out.provenance_by_field = row.Get(SystemColumn::kProvenanceByField);
  out.provenance = row.Get(SystemColumn::kProvenance);
  out.data_version_by_field = row.Get(SystemColumn::kDataVersionByField);
  out.data_version = row.Get(SystemColumn::kDataVersion);
  out.created_at = row.Get(SystemColumn::kCreatedAt);
  out.updated_at = row.Get(SystemColumn::kUpdatedAt);
  out.materialization_id = row.Get(SystemColumn::kMaterializationId);
  out.deleted = row.deleted();
  out.project = row.project();
  return out;
}

void SetPendingTime(int64_t time, std::string* row) {
  auto* table = flatbuffers::GetMutableRoot<flatbuffers::Table>(row->data());
  for (const voffset_t field :
       {fb::Row::VT_CREATED_AT, fb::Row::VT_UPDATED_AT, fb::Row::VT_COMMITTED_AT}) {
    if (table->GetField<int64_t>(field, 0) == kPendingTime) table->SetField(field, time);
  }
}

RowEncoder::RowEncoder(const RowLayout* layout) : layout_(layout) {
  builder_.ForceDefaults(true);
  for (size_t i = 0; i < layout->columns.size(); ++i) {
    if (layout->IsId(i)) continue;
    const Kind kind = layout->columns[i].type.kind();
    const Place place{i, FieldOffset(layout->columns[i].id), kind};
    switch (kind) {
      case Kind::kInt64:
      case Kind::kUint64:
      case Kind::kDouble:
      case Kind::kTimestamp:
        wide_.push_back(place);
        break;
      case Kind::kBool:
        single_.push_back(place);
        break;
      case Kind::kDate:
        narrow_.push_back(place);
        break;
      case Kind::kAbsent:
      case Kind::kNull:  // of such a column all cells are null
        break;
      default:
        narrow_.push_back(place);
        reference_columns_.push_back(i);
    }
  }
  may_be_too_wide_ =
      kSystemBytes + 8 * wide_.size() + 4 * narrow_.size() + single_.size() > kMaxTableBytes;
}

Status RowEncoder::CheckLimits(const CompleteRow& row) const {
  if (may_be_too_wide_) {
    size_t table = kSystemBytes;
    const auto add = [&](const std::vector<Place>& places, size_t size) {
      for (const Place& place : places) table += row.cells[place.column].null() ? 0 : size;
    };
    add(wide_, 8);
    add(narrow_, 4);
    add(single_, 1);
    if (table > kMaxTableBytes) {
      return Status::InvalidArgument(
          "the row has too many cells: they take " + std::to_string(table) +
          " bytes (numbers 8 each, texts and nested values 4, booleans 1), and a row holds " +
          std::to_string(kMaxTableBytes) + ": put them into a column of lists or maps");
    }
  }
  size_t key = 0;
  for (const size_t id : layout_->ids) key += TextBytes(row.cells[id]);
  if (key > kMaxKeyBytes) return TooLarge("the key of the row (its id columns)", key, kMaxKeyBytes);
  size_t size = TextBytes(row.provenance_by_field) + TextBytes(row.data_version_by_field);
  for (const size_t i : reference_columns_) {
    if (!row.cells[i].null()) size += TextBytes(row.cells[i]);
  }
  return size > kMaxRowBytes ? TooLarge("the row", size, kMaxRowBytes) : Status::Ok();
}

// A by-field map, written: which of the four forms, and where.
struct RowEncoder::HashForm {
  int form = -1;  // none: null
  Offset offset;
};

RowEncoder::HashForm RowEncoder::EncodeHashes(const Value& by_field) {
  if (by_field.null()) return {};
  const auto& fields = layout_->fields;
  const int width = HashNumberBytes(layout_->hasher);
  bool usual = by_field.size() == fields.size();
  bool numbers = usual && width != 0;
  numbers_.clear();
  for (size_t i = 0; usual && i < fields.size(); ++i) {
    const bool in_place = by_field.entry_key(i).unchecked_text() == fields[i];
    const Value hash = in_place ? by_field.entry_value(i) : by_field.Find(fields[i]);
    uint64_t number = 0;
    usual = !hash.null();
    numbers = numbers && usual && ParseHashNumber(layout_->hasher, hash.unchecked_text(), &number);
    numbers_.push_back(number);
  }
  if (usual && numbers && width == 8) return {0, builder_.CreateVector(numbers_).Union()};
  if (usual && numbers) {
    std::vector<uint32_t> narrow(numbers_.begin(), numbers_.end());
    return {1, builder_.CreateVector(narrow).Union()};
  }
  auto text = [&](const Value& v) {
    return builder_.CreateString(v.unchecked_text().data(), v.unchecked_text().size());
  };
  if (usual) {
    texts_.clear();
    for (const auto& field : fields) texts_.push_back(text(by_field.Find(field)));
    return {2, builder_.CreateVector(texts_).Union()};
  }
  std::vector<flatbuffers::Offset<fb::HashEntry>> entries;
  for (size_t i = 0; i < by_field.size(); ++i) {
    auto field = text(by_field.entry_key(i));
    const Value& hash = by_field.entry_value(i);
    auto hash_text = hash.null() ? flatbuffers::Offset<flatbuffers::String>() : text(hash);
    entries.push_back(fb::CreateHashEntry(builder_, field, hash_text));
  }
  return {3, builder_.CreateVector(entries).Union()};
}

void RowEncoder::AddHashes(const HashForm& form, voffset_t first_field) {
  if (form.form < 0) return;
  builder_.AddOffset(static_cast<voffset_t>(first_field + kFormStep * form.form), form.offset);
}

RowEncoder::Offset RowEncoder::EncodeReference(const StoredColumn& column, const Value& cell) {
  if (column.type.kind() == Kind::kString) {
    return builder_.CreateString(cell.unchecked_text().data(), cell.unchecked_text().size())
        .Union();
  }
  if (column.type.kind() == Kind::kBytes) {
    return builder_
        .CreateVector(reinterpret_cast<const uint8_t*>(cell.unchecked_text().data()),
                      cell.unchecked_text().size())
        .Union();
  }
  return builder_.CreateVector(EncodeNested(cell)).Union();
}

void RowEncoder::AddScalars(const CompleteRow& row, const std::vector<Place>& places) {
  for (const Place& place : places) {
    const Value& cell = row.cells[place.column];
    if (cell.null()) continue;
    switch (place.kind) {
      case Kind::kInt64:
        builder_.AddElement(place.field, cell.unchecked_int64());
        break;
      case Kind::kUint64:
        builder_.AddElement(place.field, cell.unchecked_uint64());
        break;
      case Kind::kDouble:
        builder_.AddElement(place.field, cell.unchecked_double());
        break;
      case Kind::kTimestamp:
        builder_.AddElement(place.field, cell.unchecked_timestamp());
        break;
      case Kind::kDate:
        builder_.AddElement(place.field, cell.unchecked_date());
        break;
      case Kind::kBool:
        builder_.AddElement(place.field, static_cast<uint8_t>(cell.unchecked_bool()));
        break;
      default:
        builder_.AddOffset(place.field, references_[place.column]);
    }
  }
}

Result<std::string_view> RowEncoder::Encode(const CompleteRow& row) {
  DIOTIMA_TRY(CheckLimits(row));
  builder_.Clear();
  auto text = [&](const Value& v) {
    return builder_.CreateString(v.unchecked_text().data(), v.unchecked_text().size());
  };
  const HashForm provenance = EncodeHashes(row.provenance_by_field);
  HashForm data_version;
  if (!row.data_version_by_field.null() &&
      !(row.data_version_by_field == row.provenance_by_field)) {
    data_version = EncodeHashes(row.data_version_by_field);
  }
  uint64_t provenance_number = 0;
  const bool is_number =
      !row.provenance.null() &&
      ParseHashNumber(layout_->hasher, row.provenance.unchecked_text(), &provenance_number);
  Offset provenance_text, data_version_text, materialization_id;
  if (!row.provenance.null() && !is_number) provenance_text = text(row.provenance).Union();
  const bool own_data_version = !row.data_version.absent() && !(row.data_version == row.provenance);
  if (own_data_version && !row.data_version.null())
    data_version_text = text(row.data_version).Union();
  if (!row.materialization_id.null()) materialization_id = text(row.materialization_id).Union();
  references_.assign(layout_->columns.size(), Offset());
  for (const size_t i : reference_columns_) {
    if (!row.cells[i].null()) references_[i] = EncodeReference(layout_->columns[i], row.cells[i]);
  }

  const auto table = builder_.StartTable();
  if (is_number) builder_.AddElement(fb::Row::VT_ROW_PROVENANCE, provenance_number);
  if (!row.created_at.null()) {
    builder_.AddElement(fb::Row::VT_CREATED_AT, row.created_at.unchecked_timestamp());
  }
  if (!row.updated_at.null()) {
    builder_.AddElement(fb::Row::VT_UPDATED_AT, row.updated_at.unchecked_timestamp());
  }
  if (!row.committed_at.null()) {
    builder_.AddElement(fb::Row::VT_COMMITTED_AT, row.committed_at.unchecked_timestamp());
  }
  // Wide cells first, so that no padding comes between.
  AddScalars(row, wide_);
  AddHashes(provenance, fb::Row::VT_PROVENANCE64);
  AddHashes(data_version, fb::Row::VT_DATA_VERSION64);
  builder_.AddOffset(fb::Row::VT_ROW_PROVENANCE_TEXT, provenance_text);
  builder_.AddOffset(fb::Row::VT_ROW_DATA_VERSION, data_version_text);
  builder_.AddOffset(fb::Row::VT_MATERIALIZATION_ID, materialization_id);
  if (row.project != 0) builder_.AddElement(fb::Row::VT_PROJECT, row.project);
  AddScalars(row, narrow_);
  AddScalars(row, single_);
  const uint8_t flags = static_cast<uint8_t>((row.deleted ? kDeletedFlag : 0) |
                                             (own_data_version ? kOwnDataVersionFlag : 0));
  if (flags != 0) builder_.AddElement(fb::Row::VT_FLAGS, flags);
  builder_.Finish(flatbuffers::Offset<fb::Row>(builder_.EndTable(table)));
  const std::string_view bytes(reinterpret_cast<const char*>(builder_.GetBufferPointer()),
                               builder_.GetSize());
#ifdef DIOTIMA_VERIFY_ROWS
  if (!layout_->verifier->Verify(bytes)) std::abort();
#endif
  return bytes;
}

void RowEncoder::AppendSample(const CompleteRow& row, std::string* out) const {
  for (size_t id : layout_->ids) AppendTupleValue(row.cells[id], out);
}

}  // namespace diotima
