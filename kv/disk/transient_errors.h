// Makes RocksDB recover from write errors of a file system, and end a recovery.
#pragma once

#include <rocksdb/file_system.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>

namespace diotima {

// What a database and its file system tell each other. Thread-safe.
struct DiskState {
  // Set by the database: from here on every change succeeds and does nothing, so that on the disk
  // all stays as it is. RocksDB 7.8 does not end a recovery as long as there are errors.
  std::atomic<bool> given_up = false;
  // Set by the database while it ingests table files. RocksDB 7.8 takes a file whose keys it cannot
  // read for one without keys, and the rows in it would be lost: so after a read that failed, the
  // manifest is not written.
  std::atomic<bool> ingesting = false;
  std::atomic<bool> read_failed = false;
  // Returns some time after it has returned to the thread before. Of two errors that reach RocksDB
  // 7.8 at once, each joins the thread of the last recovery, which ends the process.
  void WaitForTurn();

 private:
  std::mutex mutex_;
  std::chrono::steady_clock::time_point next_turn_;
};

// RocksDB stops for good after an error of a write or a sync (EIO), unless the file system marks
// the error as retryable. Then it recovers in the background, by writing everything in memory to
// new files. This file system marks every error of `target` so.
std::shared_ptr<rocksdb::FileSystem> WithTransientErrors(
    const std::shared_ptr<rocksdb::FileSystem>& target, std::shared_ptr<DiskState> state);

}  // namespace diotima
