// The stored rows of one version of a feature: an iterator over one range of keys.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "codec/row/key.h"
#include "codec/row/layout.h"
#include "kv/catalog/catalog.h"

namespace diotima {

// Not thread-safe.
class VersionRange {
 public:
  // `layout` and the view's snapshot must outlive it.
  VersionRange(Engine* engine, const StoreView& view, const RowLayout* layout, VersionId version);

  bool Valid() const { return valid_; }
  void Next();
  rocksdb::Status status() const { return it_->status(); }
  std::string_view key() const { return key_; }
  std::string_view value() const { return View(it_->value()); }
  const RowLayout& layout() const { return *layout_; }

  // The id tuple of the key; empty for a key too short to have one.
  std::string_view Sample() const;
  // Commit time and ordinal.
  std::string_view Suffix() const { return key_.substr(key_.size() - kRowKeySuffixSize); }
  // Past all rows of `sample`.
  void PassSample(std::string_view sample);

  // After a failed read: to the first row past what cannot be read. False where there is none.
  bool PassDamage();

  // Which id columns the samples of the range are told by: rows of versions with other id columns
  // are other samples, even where the bytes are the same.
  size_t identity = 0;

 private:
  void ReadKey();
  bool CanReadFrom(const std::string& key);

  Engine* const engine_;
  const RowLayout* const layout_;
  rocksdb::ReadOptions options_;
  std::string begin_, end_, seek_;
  rocksdb::Slice upper_;
  std::unique_ptr<rocksdb::Iterator> it_;
  bool valid_ = false;
  std::string_view key_;
  std::string last_;  // the key before
};

}  // namespace diotima
