// A file system whose write errors RocksDB recovers from.
#pragma once

#include <rocksdb/file_system.h>

#include <memory>

namespace diotima {

// RocksDB takes an error of a write or a sync (EIO) for the end of the database, unless the file
// system says that it may pass: then it recovers in the background, by writing all that it has in
// memory to new files. This says so of every error of `target`.
std::shared_ptr<rocksdb::FileSystem> WithTransientErrors(
    const std::shared_ptr<rocksdb::FileSystem>& target);

}  // namespace diotima
