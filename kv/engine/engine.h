// RocksDB as a store uses it: column families, options, commits, errors.
#pragma once

#include <diotima/options.h>
#include <rocksdb/db.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kv/disk/commit_mark.h"
#include "kv/disk/fork_guard.h"
#include "kv/disk/store_lock.h"
#include "kv/disk/transient_errors.h"
#include "kv/engine/expiry.h"
#include "kv/engine/recovery.h"

namespace diotima {

struct EngineOptions {
  bool create_if_missing = true;
  bool read_only = false;
  bool accept_lost_commits = false;  // keep the commits up to the first damage of the log
  TuningOptions tuning;
  rocksdb::Env* env = nullptr;  // null: the system's
};

// Everything that one commit writes: a batch for the log, or finished table files.
struct CommitParts {
  rocksdb::WriteBatch* batch = nullptr;
  std::vector<rocksdb::IngestExternalFileArg> tables = {};  // by column family
};

// An open database with its three column families. Closes and flushes on destruction.
class Engine {
 public:
  static Result<std::unique_ptr<Engine>> Open(const std::string& path,
                                              const EngineOptions& options);
  ~Engine();
  Engine(const Engine&) = delete;

  rocksdb::DB* db() { return db_.get(); }
  rocksdb::ColumnFamilyHandle* rows() { return family(Family::kRows); }
  rocksdb::ColumnFamilyHandle* catalog() { return family(Family::kCatalog); }
  rocksdb::ColumnFamilyHandle* journal() { return family(Family::kJournal); }
  bool read_only() const { return read_only_; }
  // Returns kClosed in a child of fork(): the threads, locks and files are those of its parent.
  Status CheckProcess() const;
  // Whether Open created the database.
  bool created() const { return created_; }
  // Returns the error for a RocksDB database that has no store settings and that Open did not
  // create.
  Status NoSettings() const;
  // Marks the store as complete. Until this is called, the destructor removes a store that Open
  // created, and the next open creates it anew.
  void FinishCreation();
  // Makes the destructor remove the store, if Open created it and nothing was committed since.
  void DiscardIfUnused();
  const std::string& path() const { return path_; }
  // The rules by which compaction removes history.
  ExpiryRules* expiry() const { return expiry_.get(); }
  // Writes everything in one atomic step: the batch through the log, or the table files by one
  // ingestion. With `sync` it has reached the disk on return; table files always have. After a
  // failed write or flush this fails until the database has recovered, which it tries in the
  // background.
  Status Commit(const CommitParts& parts, bool sync);
  // Takes in what others have committed since, and returns whether there was anything. Only this
  // process writes the database of a local store: there never is.
  Result<bool> Refresh() { return false; }
  // Returns how far the log of commits goes: greater after each commit.
  uint64_t position() const { return db_->GetLatestSequenceNumber(); }
  // Notes a commit; `durable`: it has reached the disk. Commits come in the order of their times.
  void NoteCommit(int64_t time, bool durable);
  // Returns the time of the last commit that had reached the disk when the database was opened, as
  // far as that is known: the database must have it.
  std::optional<int64_t> last_durable_commit() const { return marked_; }
  // Waits until everything written so far has reached the disk.
  Status SyncLog();
  // Moves everything written so far from the log to table files.
  Status FlushAll();

  // Returns the directory for sorted runs and unfinished table files: for a writer a directory in
  // the store, emptied when it opens; for a reader the system's temporary directory.
  std::string TemporaryDirectory() const;

 private:
  // The column families, in the order in which they are opened. kRecovery is RocksDB's default one,
  // which nobody reads.
  enum class Family : uint8_t { kRecovery, kRows, kCatalog, kJournal };

  Engine() = default;
  rocksdb::ColumnFamilyHandle* family(Family family) {
    return handles_[static_cast<size_t>(family)];
  }
  Status Lock(const EngineOptions& options);
  Status PrepareToWrite();
  rocksdb::Status OpenDatabase(const rocksdb::DBOptions& options,
                               const std::vector<rocksdb::ColumnFamilyDescriptor>& families);
  void CloseHandles();
  void Close();
  Status Write(rocksdb::WriteBatch* batch, bool sync);
  void LimitLog(uint64_t written);
  Status Seal();
  Status Ingest(std::vector<rocksdb::IngestExternalFileArg> files);
  void EndRecovery();
  void FlushToClose();
  void MergeSmallFiles();
  Status Repair();
  Status SyncNoted(const std::function<Status()>& sync);
  rocksdb::Status KeepSomethingToFlush();

  const std::shared_ptr<ExpiryRules> expiry_ = std::make_shared<ExpiryRules>();
  const uint64_t process_ = ProcessNumber();
  std::string path_;
  bool read_only_ = false;
  bool created_ = false;
  bool discard_ = false;             // the destructor removes the store
  uint64_t created_position_ = 0;    // at the end of the creation
  std::unique_ptr<StoreLock> lock_;  // null when open for reading
  std::optional<int64_t> marked_;
  std::mutex mark_mutex_;
  CommitMark mark_;
  int64_t last_commit_ = 0;
  const std::shared_ptr<Recovery> recovery_ = std::make_shared<Recovery>();
  std::atomic<bool> ingestion_failed_ = false;
  const std::shared_ptr<DiskState> disk_ = std::make_shared<DiskState>();
  std::mutex write_mutex_;
  uint64_t log_bytes_ = 0, log_limit_ = 0;  // since all was flushed
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

// Returns a RocksDB error as one of ours; `what` says what failed: "cannot read".
Status FromRocks(const rocksdb::Status& status, const std::string& what);

inline std::string_view View(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }
inline rocksdb::Slice Slice(std::string_view view) { return {view.data(), view.size()}; }

}  // namespace diotima
