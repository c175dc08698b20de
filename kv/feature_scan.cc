#include "kv/feature_scan.h"

#include <algorithm>

namespace diotima {
namespace {

constexpr size_t kReportedKeys = 10;
// A sample with a longer history than this is passed by a seek.
constexpr int kNextsBeforeSeek = 8;

std::string Hex(std::string_view bytes) {
  std::string out;
  for (unsigned char c : bytes) {
    out.push_back("0123456789abcdef"[c >> 4]);
    out.push_back("0123456789abcdef"[c & 15]);
  }
  return out;
}

std::string ToText(const Value& value) {
  switch (value.kind()) {
    case Kind::kBool:
      return value.bool_value() ? "true" : "false";
    case Kind::kInt64:
      return std::to_string(value.int64_value());
    case Kind::kUint64:
      return std::to_string(value.uint64_value());
    case Kind::kDouble:
      return std::to_string(value.double_value());
    case Kind::kString:
      return "'" + std::string(value.text()) + "'";
    case Kind::kBytes:
      return "x'" + Hex(value.text()) + "'";
    case Kind::kTimestamp:
      return std::to_string(value.timestamp_micros()) + "us";
    case Kind::kDate:
      return std::to_string(value.date_days()) + "d";
    default:
      return "?";
  }
}

}  // namespace

std::string DescribeSample(const RowLayout& layout, std::string_view sample) {
  std::string out;
  Arena arena;
  for (size_t id : layout.ids) {
    Value value;
    if (!TakeTupleValue(&sample, &value, &arena)) return out + "(damaged id)";
    if (!out.empty()) out += ", ";
    out += layout.columns[id].name + "=" + ToText(value);
  }
  return out;
}

// The rows of one version.
class FeatureScan::Range {
 public:
  Range(Engine* engine, const StoreView& view, const RowLayout* layout, uint32_t feature,
        uint32_t version)
      : layout_(layout) {
    AppendRowKeyPrefix(feature, version, &begin_);
    end_ = PrefixEnd(begin_);
    upper_ = Slice(end_);
    rocksdb::ReadOptions options;
    options.snapshot = view.snapshot.get();
    options.total_order_seek = true;
    options.iterate_upper_bound = &upper_;
    options.auto_prefix_mode = false;
    it_.reset(engine->db()->NewIterator(options, engine->rows()));
    it_->Seek(begin_);
    Settle();
  }

  bool Valid() const { return valid_; }
  void Next() {
    it_->Next();
    Settle();
  }
  rocksdb::Status status() const { return it_->status(); }
  std::string_view key() const { return key_; }
  std::string_view value() const { return View(it_->value()); }
  const RowLayout& layout() const { return *layout_; }

  // Which id columns the samples of the range are told by: rows of versions with other id columns
  // are other samples, even where the bytes are the same.
  size_t identity = 0;

  // The key but for commit time and ordinal; empty for a key too short to be one.
  std::string_view SamplePrefix() const {
    const auto k = key();
    return k.size() <= kRowKeySuffixSize ? std::string_view()
                                         : k.substr(0, k.size() - kRowKeySuffixSize);
  }
  std::string_view Sample() const {
    const auto prefix = SamplePrefix();
    return prefix.size() <= kRowKeyPrefixSize ? std::string_view()
                                              : prefix.substr(kRowKeyPrefixSize);
  }
  std::string_view Suffix() const { return key().substr(key().size() - kRowKeySuffixSize); }

  // Past all rows of `sample`.
  void PassSample(std::string_view sample) {
    for (int i = 0; i < kNextsBeforeSeek && Valid(); ++i) {
      if (Sample() != sample) return;
      Next();
    }
    if (!Valid() || Sample() != sample) return;
    seek_ = begin_;
    seek_.append(sample);
    seek_.append(kRowKeySuffixSize + 1, '\xff');
    it_->Seek(seek_);
    Settle();
  }

 private:
  void Settle() {
    valid_ = it_->Valid();
    if (valid_) key_ = View(it_->key());
  }

  const RowLayout* const layout_;
  std::string begin_, end_, seek_;
  rocksdb::Slice upper_;
  std::unique_ptr<rocksdb::Iterator> it_;
  bool valid_ = false;
  std::string_view key_;
};

FeatureScan::FeatureScan(Engine* engine, StoreView view,
                         std::shared_ptr<const FeatureEntry> feature, ScanOptions options)
    : engine_(engine),
      view_(std::move(view)),
      feature_(std::move(feature)),
      options_(std::move(options)) {
  RowLayout shared;
  shared.columns = feature_->columns;
  shared.MakeSchema();
  schema_ = shared.schema;
  for (const VersionEntry* version : options_.versions) {
    layouts_.push_back(view_.catalog->Layout(*feature_, *version));
    ranges_.push_back(
        std::make_unique<Range>(engine_, view_, layouts_.back().get(), feature_->id, version->id));
    const auto same_ids = std::find_if(
        options_.versions.begin(), options_.versions.end(),
        [&](const VersionEntry* other) { return other->id_columns == version->id_columns; });
    ranges_.back()->identity = static_cast<size_t>(same_ids - options_.versions.begin());
  }
  for (size_t i = ranges_.size(); i-- > 0;) Advance(ranges_[i].get());
  Step();
}

FeatureScan::~FeatureScan() = default;

void FeatureScan::Next() {
  current_->Next();
  Advance(current_);
  Step();
}

void FeatureScan::Advance(Range* range) {
  while (range->Valid() && options_.as_of) {
    RowKey key;
    if (!ParseRowKey(range->key(), &key) || key.time <= *options_.as_of) break;
    range->Next();
  }
  if (range->Valid()) return;
  if (!range->status().ok()) {
    status_ = FromRocks(
        range->status(),
        "cannot read feature '" + feature_->key + "'" +
            (have_sample_ ? " after sample " + DescribeSample(range->layout(), sample_) : ""));
  }
  if (current_ == range) current_ = nullptr;
  std::erase_if(ranges_, [range](const auto& r) { return r.get() == range; });
}

// Stands on the next row that is wanted, or ends.
void FeatureScan::Step() {
  valid_ = false;
  while (status_.ok() && !ranges_.empty()) {
    current_ = ranges_.front().get();
    for (size_t i = 1; i < ranges_.size(); ++i) {
      Range* other = ranges_[i].get();
      int order = other->Sample().compare(current_->Sample());
      if (order == 0 && other->identity != current_->identity) {
        order = other->identity < current_->identity ? -1 : 1;
      }
      // Of one sample the newest comes first: suffixes sort newest first.
      if (order < 0 || (order == 0 && other->Suffix() < current_->Suffix())) current_ = other;
    }
    if (!options_.with_sample_history) {
      if (have_sample_ && current_->Sample() == sample_ && current_->identity == identity_) {
        Range* range = current_;
        range->PassSample(sample_);
        Advance(range);
        continue;
      }
      sample_ = current_->Sample();
      identity_ = current_->identity;
      have_sample_ = true;
    }
    if (LoadCurrent() && Wanted()) {
      valid_ = true;
      return;
    }
    if (!status_.ok()) break;
    Range* range = current_;
    range->Next();
    Advance(range);
  }
  Finish();
}

bool FeatureScan::LoadCurrent() {
  if (row_.Load(&current_->layout(), current_->key(), current_->value())) return true;
  NoteDamage(current_->key());
  if (options_.stop_at_damage) Finish();
  return false;
}

bool FeatureScan::Wanted() const {
  if (options_.only_soft_deleted) return row_.deleted();
  return options_.include_soft_deleted || !row_.deleted();
}

void FeatureScan::NoteDamage(std::string_view key) {
  ++damaged_;
  if (damaged_keys_.size() < kReportedKeys) damaged_keys_.push_back(DescribeKey(key));
}

std::string FeatureScan::DescribeKey(std::string_view key) const {
  RowKey parsed;
  std::string out = "key " + Hex(key);
  if (current_ != nullptr && ParseRowKey(key, &parsed)) {
    out = DescribeSample(current_->layout(), parsed.sample) + " (" + out + ")";
  }
  return out;
}

void FeatureScan::Finish() {
  if (damaged_ == 0 || !status_.ok()) return;
  std::string message = "feature '" + feature_->key + "': " + std::to_string(damaged_) +
                        " damaged row" + (damaged_ == 1 ? "" : "s") + ":";
  for (const auto& key : damaged_keys_) message += " " + key + ";";
  if (damaged_ > damaged_keys_.size()) message += " …;";
  message += " delete or write these samples again, or restore a backup";
  status_ = Status::Corruption(std::move(message));
}

}  // namespace diotima
