#include "kv/engine/expiry.h"

#include <string>

#include "codec/row/key.h"

namespace diotima {
namespace {

// Sees the rows of one compaction in the order of keys: newest first, of each sample. A newer row
// that is in none of its files only makes it keep more.
class ExpiryFilter : public rocksdb::CompactionFilter {
 public:
  explicit ExpiryFilter(std::shared_ptr<const ExpiryRules::Rules> rules)
      : rules_(std::move(rules)) {}
  const char* Name() const override { return "diotima.ExpiryFilter"; }

  Decision FilterV2(int, const rocksdb::Slice& key, ValueType, const rocksdb::Slice&, std::string*,
                    std::string*) const override {
    RowKey row;
    if (!ParseRowKey({key.data(), key.size()}, &row)) return Decision::kKeep;
    if (row.feature != feature_ || row.version != version_) Enter(row);
    if (rule_ == nullptr) return Decision::kKeep;
    if (newer_ == 0 || row.sample != sample_) {
      sample_ = row.sample;
      newer_ = 0;
    }
    const bool expired =
        newer_ >= rule_->keep.value_or(1) && newer_ > 0 && newer_time_ <= rule_->horizon;
    ++newer_;
    newer_time_ = row.time;
    return expired ? Decision::kRemove : Decision::kKeep;
  }

 private:
  void Enter(const RowKey& row) const {
    feature_ = row.feature;
    version_ = row.version;
    newer_ = 0;
    const auto it = rules_->find({feature_, version_});
    rule_ = it == rules_->end() ? nullptr : &it->second;
  }

  // RocksDB calls from one thread, and by a const method.
  const std::shared_ptr<const ExpiryRules::Rules> rules_;
  mutable uint32_t feature_ = 0, version_ = 0;
  mutable const ExpiryRule* rule_ = nullptr;
  mutable std::string sample_;
  mutable uint64_t newer_ = 0;      // rows of the sample so far
  mutable int64_t newer_time_ = 0;  // of the last of them
};

class ExpiryFilters : public rocksdb::CompactionFilterFactory {
 public:
  explicit ExpiryFilters(std::shared_ptr<const ExpiryRules> rules) : rules_(std::move(rules)) {}
  const char* Name() const override { return "diotima.ExpiryFilters"; }
  std::unique_ptr<rocksdb::CompactionFilter> CreateCompactionFilter(
      const rocksdb::CompactionFilter::Context&) override {
    auto rules = rules_->Get();
    if (rules->empty()) return nullptr;
    return std::make_unique<ExpiryFilter>(std::move(rules));
  }

 private:
  const std::shared_ptr<const ExpiryRules> rules_;
};

}  // namespace

void ExpiryRules::Set(Rules rules) {
  auto next = std::make_shared<const Rules>(std::move(rules));
  const std::lock_guard lock(mutex_);
  rules_ = std::move(next);
}

void ExpiryRules::Remove(uint32_t feature, uint32_t version) {
  const std::lock_guard lock(mutex_);
  if (!rules_->contains({feature, version})) return;
  auto next = std::make_shared<Rules>(*rules_);
  next->erase({feature, version});
  rules_ = std::move(next);
}

std::shared_ptr<const ExpiryRules::Rules> ExpiryRules::Get() const {
  const std::lock_guard lock(mutex_);
  return rules_;
}

std::shared_ptr<rocksdb::CompactionFilterFactory> NewExpiryFilters(
    std::shared_ptr<const ExpiryRules> rules) {
  return std::make_shared<ExpiryFilters>(std::move(rules));
}

}  // namespace diotima
