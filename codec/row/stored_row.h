// Reads a stored row without decoding it.
#pragma once

#include <string>
#include <string_view>

#include "codec/base/aligned_bytes.h"
#include "codec/row/hashed_row.h"
#include "codec/row/key.h"
#include "codec/row/layout.h"
#include "row_generated.h"

namespace diotima {

// A view of one encoded row; cells are read from the bytes when asked for. Its schema is that of
// the layout: user columns, then system columns. Reusable: Load again. Not thread-safe.
class StoredRow : public HashedRow {
 public:
  // Shows the row in `key` and `value`, which must outlive its use. Returns false, and shows
  // nothing, if the bytes are not a row of that layout.
  bool Load(const RowLayout* layout, std::string_view key, std::string_view value);

  const RowLayout& layout() const { return *layout_; }
  const Schema& schema() const override { return *layout_->schema; }
  Value Get(size_t column) const override;
  Value Get(SystemColumn column) const;
  using Row::Get;

  const RowKey& key() const { return key_; }
  std::string_view key_bytes() const { return key_bytes_; }
  std::string_view value_bytes() const { return value_bytes_; }
  // Returns when the store learned of the row, in microseconds.
  int64_t commit_time() const { return row_->committed_at().value_or(key_.time); }
  bool deleted() const { return (row_->flags() & kDeletedFlag) != 0; }
  // Returns the id of metaxy_project_version in the catalog.
  uint32_t project() const { return row_->project(); }

  bool AppendDataVersion(std::string_view field, std::string* out) const override;
  bool AppendProvenance(std::string* out) const override;
  std::unique_ptr<HashedRow> Clone() const override;
  // Returns the values of the id columns, of their types. False for damaged keys.
  bool Ids(std::vector<Value>* ids) const;

 private:
  // A by-field map in one of its forms.
  struct Hashes {
    const flatbuffers::Vector<uint64_t>* wide = nullptr;
    const flatbuffers::Vector<uint32_t>* narrow = nullptr;
    const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* text = nullptr;
    const flatbuffers::Vector<flatbuffers::Offset<fb::HashEntry>>* map = nullptr;
    bool null() const {
      return wide == nullptr && narrow == nullptr && text == nullptr && map == nullptr;
    }
  };

  Hashes Provenance() const;
  // Found once for each row, because each parent field needs it.
  const Hashes& DataVersion() const;
  Value UserValue(size_t column) const;
  Value FieldValue(uint32_t id, const Type& type) const;
  Value HashesValue(const Hashes& hashes) const;
  Value DataVersionText() const;
  bool AppendHash(const Hashes& hashes, std::string_view field, std::string* out) const;

  const RowLayout* layout_ = nullptr;
  std::string_view key_bytes_, value_bytes_;
  AlignedBytes aligned_;
  RowKey key_;
  const fb::Row* row_ = nullptr;
  const flatbuffers::Table* table_ = nullptr;
  mutable Arena arena_;
  mutable bool arena_used_ = false;
  mutable bool ids_loaded_ = false;
  mutable bool data_version_found_ = false;
  mutable Hashes data_version_;
  mutable std::vector<Value> ids_;
};

}  // namespace diotima
