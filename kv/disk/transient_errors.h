// Makes RocksDB recover from write errors of a file system, and end a recovery.
#pragma once

#include <rocksdb/file_system.h>

#include <atomic>
#include <memory>

namespace diotima {

// RocksDB stops for good after an error of a write or a sync (EIO), unless the file system marks
// the error as retryable. Then it recovers in the background, by writing everything in memory to
// new files. This file system marks every error of `target` so.
//
// RocksDB 7.8 does not end a recovery as long as there are errors. So from the moment that
// `given_up` is set, every change succeeds and does nothing: on the disk all stays as it is.
std::shared_ptr<rocksdb::FileSystem> WithTransientErrors(
    const std::shared_ptr<rocksdb::FileSystem>& target,
    std::shared_ptr<const std::atomic<bool>> given_up);

}  // namespace diotima
