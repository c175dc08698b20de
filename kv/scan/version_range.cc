#include "kv/scan/version_range.h"

namespace diotima {
namespace {

// A sample with a longer history than this is passed by a seek.
constexpr int kNextsBeforeSeek = 8;

// Half of the sum of two numbers of the same number of bytes, big-endian.
std::string Middle(const std::string& low, const std::string& high) {
  std::string middle(low.size(), '\0');
  uint32_t carry = 0;
  for (size_t i = low.size(); i-- > 0;) {
    carry += static_cast<uint8_t>(low[i]) + static_cast<uint8_t>(high[i]);
    middle[i] = static_cast<char>(carry);
    carry >>= 8;
  }
  for (char& c : middle) {
    const uint32_t digit = carry << 8 | static_cast<uint8_t>(c);
    c = static_cast<char>(digit >> 1);
    carry = digit & 1;
  }
  return middle;
}

}  // namespace

VersionRange::VersionRange(Engine* engine, const StoreView& view, const RowLayout* layout,
                           VersionId version)
    : engine_(engine), layout_(layout) {
  KeyRange range = RangeOf(version);
  begin_ = std::move(range.begin);
  end_ = std::move(range.end);
  upper_ = Slice(end_);
  options_.snapshot = view.snapshot.get();
  options_.total_order_seek = true;
  options_.iterate_upper_bound = &upper_;
  it_.reset(engine_->db()->NewIterator(options_, engine_->rows()));
  it_->Seek(begin_);
  ReadKey();
}

void VersionRange::ReadKey() {
  valid_ = it_->Valid();
  if (valid_) key_ = View(it_->key());
}

void VersionRange::Next() {
  last_ = key_;
  it_->Next();
  ReadKey();
}

std::string_view VersionRange::Sample() const {
  if (key_.size() <= kRowKeyPrefixSize + kRowKeySuffixSize) return {};
  return key_.substr(kRowKeyPrefixSize, key_.size() - kRowKeyPrefixSize - kRowKeySuffixSize);
}

void VersionRange::PassSample(std::string_view sample) {
  for (int i = 0; i < kNextsBeforeSeek && valid_; ++i) {
    if (Sample() != sample) return;
    Next();
  }
  if (!valid_ || Sample() != sample) return;
  last_ = key_;
  seek_ = begin_;
  seek_.append(sample);
  seek_.append(kRowKeySuffixSize + 1, '\xff');
  it_->Seek(seek_);
  ReadKey();
}

// An iterator that has failed once does not recover.
bool VersionRange::CanReadFrom(const std::string& key) {
  it_.reset(engine_->db()->NewIterator(options_, engine_->rows()));
  it_->Seek(key);
  return it_->status().ok();
}

// RocksDB does not say which keys a damaged block holds. A seek fails as long as it leads into it,
// so its end is found by halving the keys between the last good one and the end of the range.
bool VersionRange::PassDamage() {
  std::string low = last_.empty() ? begin_ : last_;
  const size_t width = std::max(low.size(), begin_.size() + 24) + 8;
  low.resize(width, '\0');
  std::string high = end_;
  high.resize(width, '\0');
  for (std::string middle; (middle = Middle(low, high)) != low;) {
    (CanReadFrom(middle) ? high : low) = middle;
  }
  if (!CanReadFrom(high)) return false;
  ReadKey();
  return valid_;
}

}  // namespace diotima
