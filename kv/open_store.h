// Opens stores.
#pragma once

#include <diotima/options.h>
#include <diotima/status.h>
#include <rocksdb/env.h>

#include <memory>
#include <string>

#include "kv/core.h"

namespace diotima {

// Opens the store at `path`, as Store::Open. RocksDB's files are those of `env`, which must outlive
// the store; null: the system's.
Result<std::shared_ptr<StoreCore>> OpenCore(const std::string& path, StoreOptions options,
                                            rocksdb::Env* env);

}  // namespace diotima
