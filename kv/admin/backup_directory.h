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

// Locked as long as it is open. Not thread-safe.
class BackupDirectory {
 public:
  // To add backups of the store that `identity` stands for, and to remove old ones. The directory
  // is created where it is missing. Files are copied by `threads` threads into those of `files`,
  // which must outlive it.
  static Result<BackupDirectory> OpenToAdd(const std::string& path, const std::string& identity,
                                           CopyFiles* files, size_t threads);
  // `files`: where a backup is restored to.
  static Result<BackupDirectory> OpenToRead(const std::string& path, CopyFiles* files,
                                            size_t threads);

  // Oldest first, damaged ones too.
  const std::vector<BackupInfo>& backups() const { return backups_; }
  // kNotFound where there is no such backup; kCorruption where it is damaged. No id: the latest.
  Result<BackupInfo> Find(std::optional<uint32_t> id) const;
  // Of those files of the database that no backup has yet.
  uint64_t MissingBytes(rocksdb::DB* db) const;

  // The database must not change its files meanwhile, or else keep them as RocksDB does. What a
  // failure leaves is removed.
  Status Add(rocksdb::DB* db, bool flush, BackupInfo* added);
  // Removes what is older than the `keep` newest backups. Returns how many went.
  Result<size_t> RemoveOld(uint32_t keep);
  // Into the directory `path`.
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
  std::unique_ptr<rocksdb::BackupEngineReadOnlyBase> engine_;
  rocksdb::BackupEngine* writer_ = nullptr;  // the same, or null
  std::vector<BackupInfo> backups_;
};

}  // namespace diotima
