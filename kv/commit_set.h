// Everything one commit changes, gathered: rows by key, journal, catalog. Made visible in one
// atomic write: through the log while it is small, as ingested table files when it is large.
#pragma once

#include <limits>
#include <map>
#include <memory>
#include <string>

#include "kv/journal.h"
#include "kv/sorter.h"
#include "kv/store_core.h"

namespace diotima {

// Not thread-safe; several may be gathered at a time, one is applied at a time.
class CommitSet {
 public:
  explicit CommitSet(StoreCore* core);
  ~CommitSet();

  // A row to put. Its commit time is the commit's, or `time` if given. Rows of one sample and time
  // come in the order of `ordinal`, which is that of the calls where it is not given. `action` is
  // for the journal.
  Status Put(uint32_t feature, uint32_t version, std::string_view sample,
             std::optional<int64_t> time, std::string_view value, JournalAction action,
             std::optional<uint32_t> ordinal = std::nullopt);
  // A stored row to remove, by its key.
  Status Remove(std::string_view key);
  // All rows of a version.
  void RemoveVersion(uint32_t feature, uint32_t version, uint64_t rows);

  // The commit time is to be later than this one, too.
  void CommitAfter(int64_t time) { earliest_ = time + 1; }

  bool empty() const { return sorter_.records() == 0 && ranges_.empty(); }
  uint64_t rows() const { return sorter_.records(); }

  // Takes a commit time and writes everything. `next` is the catalog afterwards (null: unchanged);
  // `base` the one it was drafted from; `more` are further catalog records. Requires commit_mutex.
  Result<int64_t> Apply(const std::shared_ptr<const CatalogState>& base,
                        std::shared_ptr<const CatalogState> next,
                        std::map<std::string, std::string> more, bool sync);

 private:
  using Records = std::map<std::string, std::string>;
  class BatchSink;
  class FileSink;

  Records JournalRecords(int64_t time) const;
  template <typename Sink>
  Status Emit(int64_t time, Sink* sink);
  template <typename Sink>
  Status EmitSample(std::vector<std::pair<std::string, std::string>>* rows, Sink* sink);
  Status FreeKey(std::string* key);
  Status WriteBatch(int64_t time, const Records& catalog, bool sync);
  Status IngestFiles(int64_t time, const Records& catalog);

  StoreCore* const core_;
  Sorter sorter_;
  uint32_t next_ordinal_ = 0;
  int64_t earliest_ = std::numeric_limits<int64_t>::min();
  bool own_times_ = false;                                     // a row brought its own commit time
  std::map<uint32_t, std::vector<uint32_t>> stored_versions_;  // by feature; with own times only
  std::map<std::tuple<uint32_t, uint32_t, JournalAction>, JournalEntryBuilder> journal_;
  std::vector<std::pair<uint32_t, uint32_t>> ranges_;
  std::string key_;
};

}  // namespace diotima
