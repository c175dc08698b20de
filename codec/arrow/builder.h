// Builds Arrow arrays from rows, a chunk at a time. Types: docs/arrow.md.
#pragma once

#include <diotima/arrow_abi.h>
#include <diotima/row.h>

#include <memory>
#include <vector>

#include "codec/arrow/buffer.h"

namespace diotima {

// The values of one column, or of a part of one.
class ArrowColumnBuilder {
 public:
  // Adds about how many bytes it appends to `bytes`.
  ArrowColumnBuilder(const Type& type, size_t* bytes);

  // Returns false for a value that is not of the type, or too large for 32-bit offsets. The builder
  // can then only be dropped.
  bool Append(const Value& value);
  // Moves the values into `out`, and leaves the builder empty.
  void Finish(ArrowArray* out);

 private:
  bool AppendValid(const Value& value);
  bool AppendText(std::string_view text);
  bool AppendList(const Value& value);
  bool AppendMap(const Value& value);
  bool AppendStruct(const Value& value);
  // Appends the filler that stands for a null.
  bool AppendNull();
  bool AppendOffset(size_t end);
  bool has_offsets() const;

  Type type_;
  size_t* bytes_;
  int64_t length_ = 0;
  int64_t nulls_ = 0;
  ArrowBits valid_;      // empty until the first null
  ArrowBits bits_;       // of bools
  ArrowBuffer offsets_;  // int32, of text and lists
  ArrowBuffer data_;
  std::vector<ArrowColumnBuilder> children_;  // of a map: those of its entries
};

// Not thread-safe.
class ArrowBuilder {
 public:
  explicit ArrowBuilder(const Schema& schema);
  ArrowBuilder(const ArrowBuilder&) = delete;

  // Appends a row. kSchemaMismatch, naming the column, for a value that is not of its column's type
  // and that Coerce does not convert, or that is too large for one chunk. The builder can then only
  // be dropped.
  Status Append(const Row& row);
  size_t rows() const { return rows_; }
  // Returns about how many bytes the rows take.
  size_t bytes() const { return bytes_; }
  // Moves the rows into `out`, a struct array, and leaves the builder empty.
  void Finish(ArrowArray* out);

 private:
  Status DoesNotFit(size_t column, const Value& value) const;

  const Schema schema_;
  size_t rows_ = 0;
  size_t bytes_ = 0;
  std::vector<ArrowColumnBuilder> columns_;
  Arena arena_;
};

}  // namespace diotima
