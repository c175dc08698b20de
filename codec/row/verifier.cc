#include "codec/row/verifier.h"

#include <cstring>

#include "codec/row/nested.h"
#include "row_generated.h"

namespace diotima {
namespace {

template <typename T>
T Read(std::string_view bytes, size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}

// FlatBuffers loads numbers where they lie, and a row begins at a multiple of 8.
bool Aligned(size_t at, size_t width) { return at % width == 0; }

bool Inside(std::string_view bytes, size_t at, size_t size) {
  return at <= bytes.size() && size <= bytes.size() - at;
}

// Where the reference at `at` leads; 0 (no place for an object) if outside.
size_t Follow(std::string_view bytes, size_t at) {
  if (!Inside(bytes, at, 4)) return 0;
  const size_t to = at + Read<uint32_t>(bytes, at);
  return to != at && Aligned(to, 4) && Inside(bytes, to, 4) ? to : 0;
}

// A vector's elements lie inside; `count` is set.
bool VerifyVector(std::string_view bytes, size_t at, size_t element, size_t* count) {
  *count = Read<uint32_t>(bytes, at);
  return Inside(bytes, at + 4, *count * element);
}

bool VerifyText(std::string_view bytes, size_t at) {
  size_t size = 0;
  return VerifyVector(bytes, at, 1, &size) && at + 4 + size < bytes.size() &&
         bytes[at + 4 + size] == '\0';
}

// The fields of a table: places relative to it, 0 for one that is absent.
struct TableView {
  size_t at = 0;
  size_t size = 0;
  size_t vtable = 0;
  size_t fields = 0;

  bool Open(std::string_view bytes, size_t table) {
    if (table == 0 || !Inside(bytes, table, 4)) return false;
    const int64_t start = static_cast<int64_t>(table) - Read<int32_t>(bytes, table);
    if (start < 0 || !Aligned(static_cast<size_t>(start), 2)) return false;
    if (!Inside(bytes, static_cast<size_t>(start), 4)) return false;
    at = table;
    vtable = static_cast<size_t>(start);
    const size_t vtable_size = Read<uint16_t>(bytes, vtable);
    size = Read<uint16_t>(bytes, vtable + 2);
    fields = vtable_size < 4 ? 0 : (vtable_size - 4) / 2;
    return vtable_size >= 4 && vtable_size % 2 == 0 && Inside(bytes, vtable, vtable_size) &&
           size >= 4 && Inside(bytes, at, size);
  }
  size_t Place(std::string_view bytes, size_t field) const {
    return field < fields
               ? Read<uint16_t>(bytes, vtable + FieldOffset(static_cast<uint32_t>(field)))
               : 0;
  }
};

}  // namespace

int64_t CommitTimeOf(int64_t key_time, std::string_view bytes) {
  constexpr size_t kCommittedAt = (fb::Row::VT_COMMITTED_AT - 4) / 2;
  TableView table;
  if (!table.Open(bytes, Follow(bytes, 0))) return key_time;
  const size_t place = table.Place(bytes, kCommittedAt);
  if (place < 4 || place + sizeof(int64_t) > table.size) return key_time;
  return Read<int64_t>(bytes, table.at + place);
}

RowVerifier::RowVerifier(const RowLayout& layout) : fields_(layout.fields.size()) {
  // The system fields as codec/row.fbs has them.
  checks_ = {Check::kNumbers8, Check::kNumbers4, Check::kTexts,   Check::kEntries, Check::kNumbers8,
             Check::kNumbers4, Check::kTexts,    Check::kEntries, Check::kBytes8,  Check::kText,
             Check::kText,     Check::kBytes1,   Check::kBytes4,  Check::kBytes8,  Check::kBytes8,
             Check::kText,     Check::kBytes8};
  for (const StoredColumn& column : layout.columns) {
    AddCheck(column.id, column.type.kind());
    for (const FormerColumn& former : column.former) AddCheck(former.id, former.type.kind());
  }
}

void RowVerifier::AddCheck(uint32_t id, Kind kind) {
  if (checks_.size() <= id) checks_.resize(id + 1, Check::kNone);
  Check& check = checks_[id];
  switch (kind) {
    case Kind::kAbsent:
    case Kind::kNull:
      break;
    case Kind::kBool:
      check = Check::kBytes1;
      break;
    case Kind::kDate:
      check = Check::kBytes4;
      break;
    case Kind::kInt64:
    case Kind::kUint64:
    case Kind::kDouble:
    case Kind::kTimestamp:
      check = Check::kBytes8;
      break;
    case Kind::kString:
      check = Check::kText;
      break;
    case Kind::kBytes:
      check = Check::kVector1;
      break;
    default:
      check = Check::kNested;
  }
}

bool RowVerifier::Verify(std::string_view bytes) const {
  TableView table;
  if (bytes.size() >= (size_t{1} << 31) || !table.Open(bytes, Follow(bytes, 0))) return false;
  const size_t known = std::min(table.fields, checks_.size());
  for (size_t field = 0; field < known; ++field) {
    const size_t place = table.Place(bytes, field);
    if (place == 0 || checks_[field] == Check::kNone) continue;
    const Check check = checks_[field];
    const size_t width = check == Check::kBytes1 ? 1 : check == Check::kBytes8 ? 8 : 4;
    if (place < 4 || place + width > table.size || !Aligned(table.at + place, width)) return false;
    if (check > Check::kBytes8 && !VerifyField(check, bytes, table.at + place)) return false;
  }
  return true;
}

bool RowVerifier::VerifyField(Check check, std::string_view bytes, size_t at) const {
  const size_t to = Follow(bytes, at);
  if (to == 0) return false;
  size_t count = 0;
  switch (check) {
    case Check::kText:
      return VerifyText(bytes, to);
    case Check::kVector1:
      return VerifyVector(bytes, to, 1, &count);
    case Check::kNested:
      return VerifyVector(bytes, to, 1, &count) && VerifyNested(bytes.substr(to + 4, count));
    case Check::kNumbers4:
      return VerifyVector(bytes, to, 4, &count) && count == fields_;
    case Check::kNumbers8:
      return Aligned(to + 4, 8) && VerifyVector(bytes, to, 8, &count) && count == fields_;
    case Check::kTexts:
      return VerifyTexts(bytes, to);
    case Check::kEntries:
      return VerifyEntries(bytes, to);
    default:
      return true;
  }
}

bool RowVerifier::VerifyTexts(std::string_view bytes, size_t vector) const {
  size_t count = 0;
  if (!VerifyVector(bytes, vector, 4, &count) || count != fields_) return false;
  for (size_t i = 0; i < count; ++i) {
    const size_t text = Follow(bytes, vector + 4 + 4 * i);
    if (text == 0 || !VerifyText(bytes, text)) return false;
  }
  return true;
}

// HashEntry: a field's name, which must be there, and its hash.
bool RowVerifier::VerifyEntries(std::string_view bytes, size_t vector) const {
  size_t count = 0;
  if (!VerifyVector(bytes, vector, 4, &count)) return false;
  for (size_t i = 0; i < count; ++i) {
    TableView entry;
    if (!entry.Open(bytes, Follow(bytes, vector + 4 + 4 * i))) return false;
    for (size_t field = 0; field < 2; ++field) {
      const size_t place = entry.Place(bytes, field);
      if (place == 0) {
        if (field == 0) return false;
        continue;
      }
      if (place < 4 || place + 4 > entry.size || !Aligned(entry.at + place, 4)) return false;
      const size_t text = Follow(bytes, entry.at + place);
      if (text == 0 || !VerifyText(bytes, text)) return false;
    }
  }
  return true;
}

}  // namespace diotima
