// History that compaction removes by itself, as features' retention has it. docs/architecture.md,
// "Retention".
#pragma once

#include <rocksdb/compaction_filter.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace diotima {

// Rows of a sample that are not among its newest `keep`, and were superseded up to `horizon`
// (microseconds since 1970), go.
struct ExpiryRule {
  std::optional<uint64_t> keep;
  int64_t horizon = 0;
};

// By ids of feature and version. Thread-safe.
class ExpiryRules {
 public:
  using Rules = std::map<std::pair<uint32_t, uint32_t>, ExpiryRule>;

  void Set(Rules rules);
  // Compactions that begin from now on leave the version alone.
  void Remove(uint32_t feature, uint32_t version);
  std::shared_ptr<const Rules> Get() const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Rules> rules_ = std::make_shared<const Rules>();
};

// For the column family of rows.
std::shared_ptr<rocksdb::CompactionFilterFactory> NewExpiryFilters(
    std::shared_ptr<const ExpiryRules> rules);

}  // namespace diotima
