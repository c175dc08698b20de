#include <diotima/arrow_import.h>
#include <diotima/status_macros.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>

#include "codec/arrow/column.h"
#include "codec/base/batch_builder.h"
#include "codec/base/utf8.h"

namespace diotima {
namespace {

constexpr int64_t kBatchRows = 4096;
// Items of nested values in one batch, unless one row has more.
constexpr size_t kBatchItems = size_t{1} << 20;

struct TopColumn {
  std::string name;
  std::unique_ptr<ArrowColumn> column;
};
using TopColumns = std::vector<TopColumn>;

// What values of a batch point into: the buffers of a chunk, the names of members.
struct Chunk {
  ArrowOwner<ArrowArray> array;
  std::shared_ptr<const TopColumns> columns;
};

Status ProducerError(int error, ArrowArrayStream* stream) {
  const char* message =
      stream->get_last_error == nullptr ? nullptr : stream->get_last_error(stream);
  std::string text = "the Arrow stream failed: ";
  text += message != nullptr && *message != '\0' ? message : std::generic_category().message(error);
  switch (error) {
    case EINVAL:
      return Status::InvalidArgument(std::move(text));
    case ENOSYS:
    case ENOTSUP:
      return Status::NotSupported(std::move(text));
    default:
      return Status::IoError(std::move(text));
  }
}

Result<std::shared_ptr<const TopColumns>> MakeColumns(const ArrowSchema& schema) {
  if (schema.format == nullptr || std::string_view(schema.format) != "+s" ||
      schema.dictionary != nullptr || schema.n_children < 0 ||
      (schema.n_children > 0 && schema.children == nullptr)) {
    return Status::InvalidArgument(
        "the Arrow stream is not one of record batches: its schema must be a struct, with a member "
        "for each column");
  }
  auto columns = std::make_shared<TopColumns>();
  std::set<std::string> names;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema* child = schema.children[i];
    if (child == nullptr) return Status::InvalidArgument("the Arrow schema lacks a column");
    const std::string name = child->name == nullptr ? "" : child->name;
    if (FindInvalidUtf8(name)) {
      return Status::InvalidArgument("the name of column " + std::to_string(i + 1) +
                                     " of the Arrow stream is not UTF-8");
    }
    if (!names.insert(name).second) {
      return Status::InvalidArgument("the Arrow stream has the column \"" + name + "\" twice");
    }
    DIOTIMA_ASSIGN(auto column, MakeArrowColumn(*child, name));
    columns->push_back({name, std::move(column)});
  }
  return std::shared_ptr<const TopColumns>(std::move(columns));
}

class ArrowReader : public RowReader {
 public:
  ArrowReader(ArrowOwner<ArrowArrayStream> stream, std::shared_ptr<const TopColumns> columns)
      : stream_(std::move(stream)), columns_(std::move(columns)) {}

  Result<bool> Read(RowBatch* batch) override {
    batch->Clear();
    while (left_ == 0) {
      DIOTIMA_ASSIGN(const bool more, NextChunk());
      if (!more) return false;
    }
    const int64_t count = BatchRows();
    BatchBuilder builder(batch);
    builder.AddRows(static_cast<size_t>(count));
    for (const auto& [name, column] : *columns_) {
      const size_t index = batch->AddColumn(name);
      Status status = column->Read(at_, count, builder.arena(), {builder.MutableCells(index)});
      if (!status.ok()) return Locate(column.get(), count, std::move(status));
    }
    builder.Hold(chunk_);
    at_ += count;
    left_ -= count;
    rows_ += static_cast<uint64_t>(count);
    if (left_ == 0) chunk_.reset();
    return true;
  }

 private:
  // Makes the next array the chunk to read. False at the end.
  Result<bool> NextChunk() {
    if (stream_.released()) return false;
    auto chunk = std::make_shared<Chunk>();
    ArrowArray* array = chunk->array.get();
    if (const int error = stream_->get_next(stream_.get(), array); error != 0) {
      array->release = nullptr;  // there is nothing in it
      return ProducerError(error, stream_.get());
    }
    if (chunk->array.released()) {
      stream_.Release();
      return false;
    }
    DIOTIMA_TRY(Bind(*array));
    chunk->columns = columns_;
    chunk_ = std::move(chunk);
    at_ = array->offset;
    left_ = array->length;
    return true;
  }

  Status Bind(const ArrowArray& array) const {
    auto broken = [this](const std::string& what) {
      return Status::InvalidArgument("after row " + std::to_string(rows_) +
                                     ", a record batch of the Arrow stream is broken: " + what);
    };
    int64_t end = 0;
    if (array.length < 0 || array.offset < 0 ||
        __builtin_add_overflow(array.offset, array.length, &end)) {
      return broken("its length is " + std::to_string(array.length) + ", its offset " +
                    std::to_string(array.offset));
    }
    if (array.n_children != static_cast<int64_t>(columns_->size()) ||
        (array.n_children > 0 && array.children == nullptr)) {
      return broken("it has " + std::to_string(array.n_children) + " columns, the schema " +
                    std::to_string(columns_->size()));
    }
    if (array.n_buffers != 1 || array.buffers == nullptr) {
      return broken("a struct has one buffer, it has " + std::to_string(array.n_buffers));
    }
    if (const int64_t row = FirstNull(array); row < array.length) {
      return broken("its row " + std::to_string(row + 1) +
                    " is null as a whole: rows are not null, only their cells");
    }
    for (size_t i = 0; i < columns_->size(); ++i) {
      ArrowColumn* const column = (*columns_)[i].column.get();
      DIOTIMA_TRY(column->Bind(array.children[i]));
      if (column->length() >= end) continue;
      return broken("it has " + std::to_string(end) + " rows, its column \"" + column->path() +
                    "\" has " + std::to_string(column->length()));
    }
    return Status::Ok();
  }

  static int64_t FirstNull(const ArrowArray& array) {
    const ArrowValidity validity(array);
    int64_t row = validity.all() ? array.length : 0;
    while (row < array.length && validity[row]) ++row;
    return row;
  }

  int64_t BatchRows() const {
    int64_t count = std::min(left_, kBatchRows);
    for (; count > 1; count /= 2) {
      size_t items = 0;
      for (const auto& top : *columns_) items += top.column->CountItems(at_, count);
      if (items <= kBatchItems) break;
    }
    return count;
  }

  // `status` of reading `count` rows of a column, with the first row that it holds for.
  Status Locate(ArrowColumn* column, int64_t count, Status status) const {
    Arena arena;
    Value cell;
    int64_t row = 0;
    for (int64_t i = 0; i < count; ++i) {
      Status alone = column->Read(at_ + i, 1, &arena, {&cell});
      arena.Reset();
      if (alone.ok()) continue;
      status = std::move(alone);
      row = i;
      break;
    }
    return {status.code(), "row " + std::to_string(rows_ + static_cast<uint64_t>(row) + 1) + ": " +
                               status.message()};
  }

  ArrowOwner<ArrowArrayStream> stream_;
  const std::shared_ptr<const TopColumns> columns_;
  std::shared_ptr<const Chunk> chunk_;
  int64_t at_ = 0;    // the next element of the chunk's columns
  int64_t left_ = 0;  // of the chunk
  uint64_t rows_ = 0;
};

}  // namespace

Result<std::unique_ptr<RowReader>> ReadArrow(ArrowArrayStream* stream) {
  if (stream == nullptr || stream->release == nullptr) {
    return Status::InvalidArgument("no Arrow stream to read rows from: it is null, or released");
  }
  ArrowOwner<ArrowArrayStream> owner(stream);
  ArrowOwner<ArrowSchema> schema;
  ArrowSchema* const out = schema.get();
  if (const int error = owner->get_schema(owner.get(), out); error != 0) {
    out->release = nullptr;  // there is nothing in it
    return ProducerError(error, owner.get());
  }
  if (schema.released()) return Status::InvalidArgument("the Arrow stream has no schema");
  DIOTIMA_ASSIGN(auto columns, MakeColumns(*schema));
  return std::unique_ptr<RowReader>(
      std::make_unique<ArrowReader>(std::move(owner), std::move(columns)));
}

}  // namespace diotima
