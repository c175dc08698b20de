// A directory of backups, as RocksDB's BackupEngine keeps it.
#pragma once

#include <diotima/options.h>
#include <diotima/results.h>
#include <rocksdb/utilities/backup_engine.h>

#include <memory>
#include <string>
#include <vector>

#include "kv/disk/file_lock.h"
#include "kv/disk/metered_files.h"

namespace diotima {

// Holds the lock of the directory while it is open. Not thread-safe.
class BackupDirectory {
 public:
  // Opens the directory to add backups of the store that `identity` stands for, and to remove old
  // ones. Creates it if needed. `threads` threads copy files through `files`, which must outlive
  // this.
  static Result<BackupDirectory> OpenToAdd(const std::string& path, const std::string& identity,
                                           CopyFiles* files, size_t threads);
  // Opens the directory to restore from it, through `files`.
  static Result<BackupDirectory> OpenToRead(const std::string& path, CopyFiles* files,
                                            size_t threads);

  // Returns the backups, oldest first, damaged ones too.
  const std::vector<BackupInfo>& backups() const { return backups_; }
  // Returns a backup; without an id, the latest. kNotFound if there is none; kCorruption if it is
  // damaged.
  Result<BackupInfo> Find(std::optional<uint32_t> id) const;
  // Returns the size of those files of the database that no backup has yet.
  uint64_t MissingBytes(rocksdb::DB* db) const;

  // Adds a backup. The database must not change its files meanwhile, or must keep them as RocksDB
  // does. After a failure nothing of the backup is left.
  Status Add(rocksdb::DB* db, bool flush, BackupInfo* added);
  // Removes all but the `keep` newest backups. Returns how many it removed.
  Result<size_t> RemoveOld(uint32_t keep);
  // Restores a backup into the directory `path`.
  Status Restore(uint32_t id, const std::string& path) const;

 private:
  BackupDirectory() = default;
  rocksdb::BackupEngineOptions Options(CopyFiles* files, size_t threads) const;
  Status CheckIdentity() const;
  void List();

  std::string path_;
  std::string identity_;
  bool created_ = false;
  FileLock lock_;
  std::shared_ptr<rocksdb::Logger> log_;
  std::unique_ptr<rocksdb::BackupEngineReadOnlyBase> engine_;
  rocksdb::BackupEngine* writer_ = nullptr;  // the same, or null
  std::vector<BackupInfo> backups_;
};

}  // namespace diotima
