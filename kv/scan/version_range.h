// Iterates over the stored rows of one version of a feature: one range of keys.
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

  // Returns the id tuple of the key; empty if the key is too short to have one.
  std::string_view Sample() const;
  // Returns the commit time and ordinal, as bytes of the key.
  std::string_view Suffix() const { return key_.substr(key_.size() - kRowKeySuffixSize); }
  // Moves past all rows of `sample`.
  void PassSample(std::string_view sample);

  // Moves, after a failed read, to the first row behind the damage. Returns false if there is none.
  bool PassDamage();

  // Stands for the id columns of the version. Equal bytes under other id columns are other samples.
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
