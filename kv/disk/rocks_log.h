// Where RocksDB reports what it does.
#pragma once

#include <rocksdb/env.h>

#include <memory>

namespace diotima {

// Returns a log that passes RocksDB's warnings to spdlog, at the level debug. RocksDB's own log is
// a file beside the data: Debian's library aborts when it cannot be written (an assertion on a full
// disk), and opening a store renames it before the store is locked.
std::shared_ptr<rocksdb::Logger> NewRocksLog();

}  // namespace diotima
