#include "kv/scan/feature_scan.h"

#include <algorithm>

#include "codec/row/describe_sample.h"
#include "codec/row/verifier.h"

namespace diotima {
namespace {

constexpr size_t kReported = 10;

}  // namespace

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
    ranges_.push_back(std::make_unique<VersionRange>(engine_, view_, layouts_.back().get(),
                                                     VersionId{feature_->id, version->id}));
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
  if (Status forked = engine_->CheckProcess(); !forked.ok()) {
    status_ = std::move(forked);
    valid_ = false;
    return;
  }
  current_->Next();
  Advance(current_);
  Step();
}

void FeatureScan::Advance(VersionRange* range) {
  do {
    while (range->Valid() && options_.as_of) {
      RowKey key;
      if (!ParseRowKey(range->key(), &key)) break;
      // No row is of a time after its commit.
      if (key.time <= *options_.as_of &&
          CommitTimeOf(key.time, range->value()) <= *options_.as_of) {
        break;
      }
      range->Next();
    }
    if (range->Valid()) return;
  } while (PassDamage(range));
  if (!range->status().ok()) {
    status_ = FromRocks(range->status(), "cannot read feature '" + feature_->key + "'" +
                                             AfterSample(range->layout()));
  }
  if (current_ == range) current_ = nullptr;
  std::erase_if(ranges_, [range](const auto& r) { return r.get() == range; });
}

std::string FeatureScan::AfterSample(const RowLayout& layout) const {
  return have_sample_ ? " after sample " + DescribeSample(layout, sample_) : "";
}

// With several versions, rows that cannot be read might be newer than those of another version.
bool FeatureScan::PassDamage(VersionRange* range) {
  const rocksdb::Status status = range->status();
  if (!status.IsCorruption() || options_.stop_at_damage || options_.versions.size() != 1)
    return false;
  const std::string where = AfterSample(range->layout());
  if (!range->PassDamage()) {
    if (!range->status().ok()) return false;
    NoteDamage("all rows" + where + " (" + status.ToString() + ")");
    return false;
  }
  // The newest rows of the first sample past it may be among those that cannot be read.
  sample_ = range->Sample();
  identity_ = range->identity;
  have_sample_ = true;
  NoteDamage("rows" + where + " up to " + DescribeSample(range->layout(), sample_) + " (" +
             status.ToString() + ")");
  return true;
}

// Stands on the next row that is wanted, or ends.
void FeatureScan::Step() {
  valid_ = false;
  while (status_.ok() && !ranges_.empty()) {
    current_ = ranges_.front().get();
    for (size_t i = 1; i < ranges_.size(); ++i) {
      VersionRange* other = ranges_[i].get();
      int order = other->Sample().compare(current_->Sample());
      if (order == 0 && other->identity != current_->identity) {
        order = other->identity < current_->identity ? -1 : 1;
      }
      // Of one sample the newest comes first: suffixes sort newest first.
      if (order < 0 || (order == 0 && other->Suffix() < current_->Suffix())) current_ = other;
    }
    if (!options_.with_sample_history) {
      if (have_sample_ && current_->Sample() == sample_ && current_->identity == identity_) {
        VersionRange* range = current_;
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
    VersionRange* range = current_;
    range->Next();
    Advance(range);
  }
  Finish();
}

bool FeatureScan::LoadCurrent() {
  if (row_.Load(&current_->layout(), current_->key(), current_->value())) return true;
  NoteDamage(DescribeKey(current_->key()));
  if (options_.stop_at_damage) Finish();
  return false;
}

bool FeatureScan::Wanted() const {
  if (options_.only_soft_deleted) return row_.deleted();
  return options_.include_soft_deleted || !row_.deleted();
}

void FeatureScan::NoteDamage(std::string what) {
  ++damaged_;
  if (damage_.size() < kReported) damage_.push_back(std::move(what));
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
  std::string message = "feature '" + feature_->key + "' has damaged rows:";
  for (const auto& what : damage_) message += " " + what + ";";
  if (damaged_ > damage_.size())
    message += " and " + std::to_string(damaged_ - damage_.size()) + " more;";
  message += " write these samples again, or restore a backup";
  status_ = Status::Corruption(std::move(message));
}

}  // namespace diotima
