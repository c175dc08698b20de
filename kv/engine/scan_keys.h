// Iterates over the entries of one range of keys.
#pragma once

#include <memory>
#include <string_view>

#include "codec/row/key.h"
#include "kv/engine/engine.h"

namespace diotima {

// Stands on the first entry of the range to begin with. Not thread-safe.
class KeyScan {
 public:
  bool Valid() const { return it_->Valid(); }
  void Next() { it_->Next(); }
  std::string_view key() const { return View(it_->key()); }
  std::string_view value() const { return View(it_->value()); }
  // Returns why the scan ended; OK while Valid().
  rocksdb::Status status() const { return it_->status(); }

 private:
  friend KeyScan ScanKeys(Engine* engine, rocksdb::ColumnFamilyHandle* family, KeyRange range,
                          rocksdb::ReadOptions options);
  // RocksDB keeps a pointer to the bound, which must not move.
  struct Bound {
    explicit Bound(std::string last) : end(std::move(last)), slice(end) {}
    const std::string end;
    const rocksdb::Slice slice;
  };
  std::unique_ptr<const Bound> bound_;
  std::unique_ptr<rocksdb::Iterator> it_;
};

// Returns a scan of `range` in a column family. The snapshot in `options` must outlive the scan;
// the bounds in `options` are set here.
inline KeyScan ScanKeys(Engine* engine, rocksdb::ColumnFamilyHandle* family, KeyRange range,
                        rocksdb::ReadOptions options = {}) {
  KeyScan scan;
  scan.bound_ = std::make_unique<KeyScan::Bound>(std::move(range.end));
  options.total_order_seek = true;
  if (!scan.bound_->end.empty()) options.iterate_upper_bound = &scan.bound_->slice;
  scan.it_.reset(engine->db()->NewIterator(options, family));
  scan.it_->Seek(Slice(range.begin));
  return scan;
}

}  // namespace diotima
