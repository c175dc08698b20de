#include "kv/engine/expiry.h"

#include <string>

#include "codec/row/sample_history.h"
#include "codec/row/verifier.h"

namespace diotima {
namespace {

// Sees the rows of one compaction in the order of keys. A newer row outside the files of the
// compaction only makes the filter keep more.
class ExpiryFilter : public rocksdb::CompactionFilter {
 public:
  explicit ExpiryFilter(std::shared_ptr<const ExpiryRules::Rules> rules)
      : rules_(std::move(rules)) {}
  const char* Name() const override { return "diotima.ExpiryFilter"; }

  Decision FilterV2(int, const rocksdb::Slice& key, ValueType, const rocksdb::Slice& value,
                    std::string*, std::string*) const override {
    RowKey row;
    if (!ParseRowKey({key.data(), key.size()}, &row)) return Decision::kKeep;
    if (row.id != version_) Enter(row.id);
    if (rule_ == nullptr) return Decision::kKeep;
    history_.Next(row, CommitTimeOf(row.time, {value.data(), value.size()}));
    return history_.Expired(rule_->keep, rule_->horizon) ? Decision::kRemove : Decision::kKeep;
  }

 private:
  void Enter(VersionId version) const {
    version_ = version;
    const auto it = rules_->find(version);
    rule_ = it == rules_->end() ? nullptr : &it->second;
  }

  // RocksDB calls from one thread, and by a const method.
  const std::shared_ptr<const ExpiryRules::Rules> rules_;
  mutable VersionId version_;
  mutable const ExpiryRule* rule_ = nullptr;
  mutable SampleHistory history_;
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

void ExpiryRules::Remove(VersionId version) {
  const std::lock_guard lock(mutex_);
  if (!rules_->contains(version)) return;
  auto next = std::make_shared<Rules>(*rules_);
  next->erase(version);
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
