// Collects everything that one commit changes: rows by key, journal, catalog. One atomic write
// makes it visible: through the log if it is small, as ingested table files if it is large.
#pragma once

#include <rocksdb/write_batch.h>

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "kv/catalog/journal.h"
#include "kv/commit/bulk_tables.h"
#include "kv/core.h"
#include "kv/sort/sorter.h"

namespace diotima {

class CatalogDraft;

// Not thread-safe. Several may be filled at a time; one is applied at a time.
class WriteSet {
 public:
  using Records = std::map<std::string, std::string>;

  // kInMemory: everything stays in memory and goes through the log, whatever its size. Then putting
  // a row cannot fail, and a failed commit can be tried again.
  enum class Buffering : uint8_t { kMemoryOrDisk, kInMemory };
  explicit WriteSet(const StoreCore* core, Buffering buffering = Buffering::kMemoryOrDisk);
  ~WriteSet();

  // Puts a row. Its key gets the time of the commit, or `time` if given. Rows of one sample and
  // time are in the order of `ordinal`; without it, in the order of the calls. `action` is for the
  // journal.
  Status Put(VersionId version, std::string_view sample, std::optional<int64_t> time,
             std::string_view value, JournalAction action,
             std::optional<uint32_t> ordinal = std::nullopt);
  // Removes a stored row by its key. Cannot be combined with rows that have times of their own, nor
  // with ranges that contain the key.
  Status Remove(std::string_view key);
  // Removes the stored rows in a range of keys of one version; `rows`: how many there are.
  Status RemoveRange(const KeyRange& range, uint64_t rows);
  // Removes all rows of a version, and its journal. `rows`: how many there are.
  Status Forget(VersionId version, uint64_t rows);

  // As in WriteOptions.
  void SetCheck(std::function<Status()> check) { check_ = std::move(check); }
  // The commit time must exceed `time`.
  void CommitAfter(int64_t time) { earliest_ = time + 1; }

  bool empty() const { return rows_ == 0; }
  uint64_t rows() const { return rows_; }
  // Returns, once it was written, how many rows are of a sample that has another one in the set.
  uint64_t repeated() const { return repeated_; }
  // Returns about how many bytes the set holds.
  uint64_t bytes() const { return bytes_; }
  // Returns whether the set is large enough for table files.
  bool bulk() const {
    return buffering_ != Buffering::kInMemory && bytes_ > core_->options.bulk_commit_threshold;
  }
  // Returns whether rows have times of their own; their place then depends on the stored rows.
  bool own_times() const { return own_times_; }

  // Makes the table files of a bulk commit that do not depend on its turn.
  Status Prepare();

  // Returns the versions that rows are removed from, with the number of rows.
  const std::map<VersionId, uint64_t>& removed() const { return removed_; }

  // The Committer calls the functions below, during the turn of the commit.

  // Returns the commit time after `last`. Returns the same time again after a failed write if no
  // other commit took it, so that what did reach the disk is written over.
  int64_t TakeTime(int64_t last);
  // Writes everything, with the catalog records, in one atomic step.
  Status Write(int64_t time, const CatalogState& base, const Records& catalog, bool sync);
  // Appends everything to `batch`, for one write with others. Not for bulk commits.
  Status AppendTo(rocksdb::WriteBatch* batch, int64_t time, const CatalogState& base,
                  const Records& catalog);

 private:
  struct Target {
    VersionId version;
    JournalAction action = JournalAction::kWrite;
    JournalEntryBuilder* journal = nullptr;
  };

  Status AddRemoval(VersionId version, std::string_view key, char what, std::string_view value,
                    uint64_t rows);
  const Target& TargetOf(VersionId version, JournalAction action);
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
  Status WriteTables(int64_t time, const CatalogState& base, const Records& catalog);

  const StoreCore* const core_;
  const Buffering buffering_;
  TaskGroup tasks_;
  Sorter sorter_;
  // Rows in key order skip the sorter: the unfinished part of a table file, and its last sample.
  std::unique_ptr<BulkTables> tables_;
  std::unique_ptr<RecordSegment> stream_;
  std::string stream_end_;
  bool stream_tried_ = false;
  bool streamed_ = false;
  bool prepared_ = false;

  std::function<Status()> check_;
  uint64_t rows_ = 0;
  uint64_t bytes_ = 0;
  uint64_t repeated_ = 0;
  uint32_t next_ordinal_ = 0;
  int64_t earliest_ = std::numeric_limits<int64_t>::min();
  std::optional<int64_t> taken_;
  bool own_times_ = false;
  bool several_versions_ = false;                              // of one feature
  std::map<uint32_t, std::vector<uint32_t>> stored_versions_;  // by feature; with own times only
  std::map<std::pair<VersionId, JournalAction>, JournalEntryBuilder> journal_;
  Target target_;  // of the last row
  std::map<VersionId, uint64_t> removed_;
  std::set<VersionId> forgotten_;  // of those
  std::string key_;
};

}  // namespace diotima
