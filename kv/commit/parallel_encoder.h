// Encodes rows in the threads that put them.
#pragma once

#include <diotima/row.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "kv/commit/feature_encoder.h"
#include "kv/core.h"

namespace diotima {

// Encoded rows, one after the other.
class EncodedRows {
 public:
  void Clear();
  void Add(const EncodedRow& row);
  size_t size() const { return rows_.size(); }
  // Returns the bytes of keys and values.
  size_t bytes() const { return bytes_.size(); }
  // Returns a row, which points into this.
  EncodedRow operator[](size_t i) const;

 private:
  struct Entry {
    VersionId version;
    std::optional<int64_t> time;
    size_t sample, value, end;  // in bytes_
  };
  std::vector<Entry> rows_;
  std::string bytes_;
};

// Thread-safe: several threads encode at the same time. It writes catalog changes before it encodes
// the rows that need them, so the rows can be committed later whatever happens in between.
class ParallelEncoder {
 public:
  ParallelEncoder(const StoreCore* core, WriteOptions options);
  ~ParallelEncoder();

  // Encodes the rows and passes them to `use`, which may run in several threads at a time.
  Status Encode(std::string_view feature, const RowBatch& rows,
                const std::function<Status(const EncodedRows&)>& use);
  Status Encode(std::string_view feature, const Row& row,
                const std::function<Status(const EncodedRows&)>& use);

 private:
  // The state that one thread uses at a time.
  struct Slot;

  std::unique_lock<std::mutex> Lock(Slot** slot);
  Status EncodeIn(Slot* slot, std::string_view feature, const RowBatch& rows);
  Status TryEncode(Slot* slot, std::string_view feature, const RowBatch& rows);

  const StoreCore* const core_;
  const WriteOptions options_;
  std::vector<std::unique_ptr<Slot>> slots_;
};

}  // namespace diotima
