// RocksDB as the store uses it: column families, options, errors.
#pragma once

#include <diotima/store.h>
#include <rocksdb/db.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "kv/engine/expiry.h"

namespace diotima {

struct EngineOptions {
  bool create_if_missing = true;
  bool read_only = false;
  TuningOptions tuning;
  rocksdb::Env* env = nullptr;  // null: the system's
};

// An open database with its three column families. Closes and flushes on destruction.
class Engine {
 public:
  static Result<std::unique_ptr<Engine>> Open(const std::string& path,
                                              const EngineOptions& options);
  ~Engine();
  Engine(const Engine&) = delete;

  rocksdb::DB* db() { return db_.get(); }
  rocksdb::ColumnFamilyHandle* rows() { return handles_[1]; }
  rocksdb::ColumnFamilyHandle* catalog() { return handles_[2]; }
  rocksdb::ColumnFamilyHandle* journal() { return handles_[3]; }
  bool read_only() const { return read_only_; }
  // Whether Open created the database.
  bool created() const { return created_; }
  // Why a database without the settings of a store, that Open did not create, is none.
  Status NoSettings() const;
  // The store is complete. Until this is called, the next open creates it anew.
  void FinishCreation();
  const std::string& path() const { return path_; }
  // What compaction removes by itself.
  ExpiryRules* expiry() const { return expiry_.get(); }
  // One atomic write through the log; with `sync` it has reached the disk on return. After a failed
  // write or flush these fail until the database has recovered, which it tries in the background.
  Status Write(rocksdb::WriteBatch* batch, bool sync);
  // One atomic ingestion of table files, of those column families that have any.
  Status Ingest(std::vector<rocksdb::IngestExternalFileArg> files);
  // What was written so far has reached the disk.
  Status SyncLog();
  // What was written so far is in table files, and in no log.
  Status FlushAll();

  // The directory for sorted runs and tables in the making. A writer's own, emptied when it opens;
  // the system's for a reader.
  std::string TemporaryDirectory() const;

 private:
  Engine() = default;
  rocksdb::Status OpenDatabase(const rocksdb::DBOptions& options,
                               const std::vector<rocksdb::ColumnFamilyDescriptor>& families);
  void CloseHandles();
  bool AwaitRecovery();
  Status Repair();
  rocksdb::Status KeepSomethingToFlush();

  const std::shared_ptr<ExpiryRules> expiry_ = std::make_shared<ExpiryRules>();
  std::string path_;
  bool read_only_ = false;
  bool created_ = false;
  // There may be nothing to flush; an ingestion failed, and what is wrong since is not mended.
  const std::shared_ptr<std::atomic<bool>> needs_repair_ =
      std::make_shared<std::atomic<bool>>(false);
  std::atomic<bool> ingestion_failed_ = false;
  std::mutex repair_mutex_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

// A RocksDB error as one of ours; `what` says what was being done.
Status FromRocks(const rocksdb::Status& status, const std::string& what);

inline std::string_view View(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }
inline rocksdb::Slice Slice(std::string_view view) { return {view.data(), view.size()}; }

}  // namespace diotima
