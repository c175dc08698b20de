// Encodes rows. Layout: docs/format.md.
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <string>
#include <string_view>
#include <vector>

#include "codec/row/layout.h"

namespace diotima {

// A row with all its parts: those that a write fills in are filled in.
struct CompleteRow {
  std::vector<Value> cells;     // by RowLayout::columns, of the columns' types; ids are not null
  Value provenance_by_field;    // a map of texts, entries may be null; or null
  Value provenance;             // text or null
  Value data_version_by_field;  // likewise; kAbsent: equal to provenance_by_field
  Value data_version;           // text or null; kAbsent: equal to provenance
  bool deleted = false;         // at the time of the key
  // kAbsent: the time of the key.
  Value created_at, updated_at, committed_at;
  Value materialization_id;
  uint32_t project = 0;
};

class StoredRow;

// Returns a stored row as a complete row, to be written again. Its times are set, not left to the
// key. It borrows from the stored row.
CompleteRow ToCompleteRow(const StoredRow& row);

// Stands for the commit time as one of the times of an encoded row, until that time is
// known. Only for rows whose key has a time of its own.
inline constexpr int64_t kPendingTime = INT64_MIN;
// Sets the pending times of an encoded row.
void SetPendingTime(int64_t time, std::string* row);

// The limits of one row. A FlatBuffers table holds its numbers, and 4 bytes for each text and each
// nested value, within 64 KiB, because the places of its fields have 16 bits.
inline constexpr size_t kMaxTableBytes = 65'000;
inline constexpr size_t kMaxKeyBytes = size_t{1} << 20;
inline constexpr size_t kMaxRowBytes = size_t{1} << 30;

// Encodes rows, and reuses its memory. Not thread-safe.
class RowEncoder {
 public:
  explicit RowEncoder(const RowLayout* layout);

  // Returns the encoded row, which lives until the next call. kInvalidArgument for a row beyond the
  // limits; it says which.
  Result<std::string_view> Encode(const CompleteRow& row);
  // Appends the tuple of id values, for the key.
  void AppendSample(const CompleteRow& row, std::string* out) const;

 private:
  using Offset = flatbuffers::Offset<void>;
  struct HashForm;

  Status CheckLimits(const CompleteRow& row) const;
  HashForm EncodeHashes(const Value& by_field);
  void AddHashes(const HashForm& form, flatbuffers::voffset_t first_field);
  Offset EncodeReference(const StoredColumn& column, const Value& cell);
  // A column that the table holds (ids are in the key), and its place there.
  struct Place {
    size_t column;
    flatbuffers::voffset_t field;
    Kind kind;
  };

  void AddScalars(const CompleteRow& row, const std::vector<Place>& places);

  const RowLayout* layout_;
  flatbuffers::FlatBufferBuilder builder_;
  // By the width of what the table itself holds: 8 bytes, 4 (offsets too), 1.
  std::vector<Place> wide_, narrow_, single_;
  std::vector<size_t> reference_columns_;
  bool may_be_too_wide_ = false;    // if no cell is null
  std::vector<Offset> references_;  // by column
  std::vector<uint64_t> numbers_;
  std::vector<flatbuffers::Offset<flatbuffers::String>> texts_;
};

}  // namespace diotima
