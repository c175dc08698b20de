// Removes history during compaction, as the retention of features says. docs/architecture.md,
// "Retention".
#pragma once

#include <rocksdb/compaction_filter.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "codec/row/key.h"

namespace diotima {

// Selects the rows of a sample that are beyond its newest `keep` and were superseded at `horizon`
// (microseconds since 1970) or before.
struct ExpiryRule {
  std::optional<uint64_t> keep;
  int64_t horizon = 0;
};

// The rules by feature version. Thread-safe.
class ExpiryRules {
 public:
  using Rules = std::map<VersionId, ExpiryRule>;

  void Set(Rules rules);
  // Compactions that begin from now on leave the version alone.
  void Remove(VersionId version);
  std::shared_ptr<const Rules> Get() const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Rules> rules_ = std::make_shared<const Rules>();
};

// Returns the filters for the column family of rows.
std::shared_ptr<rocksdb::CompactionFilterFactory> NewExpiryFilters(
    std::shared_ptr<const ExpiryRules> rules);

}  // namespace diotima
