// Everything one commit changes, gathered: rows by key, journal, catalog. Made visible in one
// atomic write: through the log while it is small, as ingested table files when it is large.
#pragma once

#include <rocksdb/write_batch.h>

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "kv/catalog/journal.h"
#include "kv/commit/bulk_tables.h"
#include "kv/core.h"
#include "kv/sort/sorter.h"

namespace diotima {

class CatalogDraft;

// Not thread-safe; several may be gathered at a time, one is applied at a time.
class WriteSet {
 public:
  using Records = std::map<std::string, std::string>;

  // kInMemory: all stays there until it is written through the log, whatever its size. Putting a
  // row cannot fail then, and a commit that failed can be tried again.
  enum class Buffering : uint8_t { kMemoryOrDisk, kInMemory };
  explicit WriteSet(StoreCore* core, Buffering buffering = Buffering::kMemoryOrDisk);
  ~WriteSet();

  // A row to put. Its commit time is the commit's, or `time` if given. Rows of one sample and time
  // come in the order of `ordinal`, which is that of the calls where it is not given. `action` is
  // for the journal.
  Status Put(uint32_t feature, uint32_t version, std::string_view sample,
             std::optional<int64_t> time, std::string_view value, JournalAction action,
             std::optional<uint32_t> ordinal = std::nullopt);
  // A stored row to remove, by its key. Not beside rows that bring times of their own, nor beside
  // ranges that have the key.
  Status Remove(std::string_view key);
  // The stored rows from key `begin` on and before `end`, of one version; `rows`: how many.
  Status RemoveRange(std::string_view begin, std::string_view end, uint64_t rows);

  // As in WriteOptions.
  void SetCheck(std::function<Status()> check) { check_ = std::move(check); }
  // The commit time is to be later than this one, too.
  void CommitAfter(int64_t time) { earliest_ = time + 1; }

  bool empty() const { return rows_ == 0; }
  uint64_t rows() const { return rows_; }
  // Bytes gathered, roughly.
  uint64_t bytes() const { return bytes_; }
  // Whether it is large enough for table files.
  bool bulk() const {
    return buffering_ != Buffering::kInMemory && bytes_ > core_->options.bulk_commit_threshold;
  }
  // Whether rows brought their own commit times: where they come depends on what is stored.
  bool own_times() const { return own_times_; }

  // Of a bulk commit: makes what can be made before the commit takes its turn.
  Status Prepare();

  // Takes a commit time and writes everything. `catalog` may be null; `more` are further catalog
  // records. kBusy when another commit has changed what `catalog` drafted from. Requires
  // commit_mutex. After an error it can be applied again, unless it is a bulk commit.
  Result<int64_t> Apply(const CatalogDraft* catalog, Records more, bool sync);

  // The commit time after `last`. The same again after a failed write if no other has been taken:
  // so what did reach the disk is written over.
  int64_t TakeTime(int64_t last);
  // Appends everything to `batch`, for one write with others. Not for bulk commits. Requires
  // commit_mutex.
  Status AppendTo(rocksdb::WriteBatch* batch, int64_t time, const CatalogState& base,
                  const Records& catalog);

 private:
  struct Target {
    uint32_t feature = 0, version = 0;
    JournalAction action = JournalAction::kWrite;
    JournalEntryBuilder* journal = nullptr;
  };

  Status AddRemoval(uint32_t feature, uint32_t version, std::string_view key, char what,
                    std::string_view value, uint64_t rows);
  const Target& TargetOf(uint32_t feature, uint32_t version, JournalAction action);
  std::unique_ptr<BulkTables> NewTables();
  Status StartStream();
  Status PutInStream(std::string_view value);
  Status EndStream();
  bool renumber() const { return !several_versions_ && !streamed_; }
  template <typename Sink>
  Status EmitJournal(int64_t time, Sink* sink) const;
  template <typename Sink>
  Status Emit(int64_t time, Sink* sink);
  template <typename Sink>
  Status EmitOwnTimes(int64_t time, Sink* sink);
  Status FreeKey(rocksdb::Iterator* stored, std::string* key) const;
  void FindStoredVersions(const CatalogState& base);
  Status Ingest(int64_t time, const CatalogState& base, const Records& catalog);

  StoreCore* const core_;
  const Buffering buffering_;
  TaskGroup tasks_;
  Sorter sorter_;
  // Rows in key order go past the sorter: the part of a table file that is being filled, and the
  // sample it ends with.
  std::unique_ptr<BulkTables> tables_;
  std::unique_ptr<RecordSegment> stream_;
  std::string stream_end_;
  bool stream_tried_ = false;
  bool streamed_ = false;
  bool prepared_ = false;

  std::function<Status()> check_;
  uint64_t rows_ = 0;
  uint64_t bytes_ = 0;
  uint32_t next_ordinal_ = 0;
  int64_t earliest_ = std::numeric_limits<int64_t>::min();
  std::optional<int64_t> taken_;
  bool own_times_ = false;
  bool several_versions_ = false;                              // of one feature
  std::map<uint32_t, std::vector<uint32_t>> stored_versions_;  // by feature; with own times only
  std::map<std::tuple<uint32_t, uint32_t, JournalAction>, JournalEntryBuilder> journal_;
  Target target_;                                              // of the last row
  std::map<std::pair<uint32_t, uint32_t>, uint64_t> removed_;  // rows, by feature and version
  std::string key_;
};

}  // namespace diotima
