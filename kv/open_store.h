// Opens stores.
#pragma once

#include <diotima/options.h>
#include <diotima/status.h>
#include <rocksdb/env.h>

#include <memory>
#include <string>

#include "kv/core.h"

namespace diotima {

// Opens the store at `path`, as Store::Open does. RocksDB uses the files of `env`, which must
// outlive the store; null: those of the system.
Result<std::shared_ptr<StoreCore>> OpenCore(const std::string& path, StoreOptions options,
                                            rocksdb::Env* env);

}  // namespace diotima
