// The entries of one column family whose keys begin with the same bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "codec/row/key.h"
#include "kv/engine/engine.h"

namespace diotima {

// Begins on the first of them. Not thread-safe.
class PrefixIterator {
 public:
  // `options`: its snapshot must outlive the iterator; how far it goes is set here.
  PrefixIterator(Engine* engine, rocksdb::ColumnFamilyHandle* family, const std::string& prefix,
                 rocksdb::ReadOptions options)
      : end_(PrefixEnd(prefix)), upper_(end_) {
    options.total_order_seek = true;
    options.iterate_upper_bound = &upper_;
    it_.reset(engine->db()->NewIterator(options, family));
    it_->Seek(prefix);
  }
  PrefixIterator(const PrefixIterator&) = delete;

  bool Valid() const { return it_->Valid(); }
  void Next() { it_->Next(); }
  std::string_view key() const { return View(it_->key()); }
  std::string_view value() const { return View(it_->value()); }
  // Why it ended; ok while Valid().
  rocksdb::Status status() const { return it_->status(); }

 private:
  const std::string end_;
  const rocksdb::Slice upper_;
  std::unique_ptr<rocksdb::Iterator> it_;
};

}  // namespace diotima
