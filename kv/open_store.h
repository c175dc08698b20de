// Opens a store on a file system of the caller's.
#pragma once

#include <diotima/store.h>
#include <rocksdb/env.h>

namespace diotima {

// As Store::Open; the files of RocksDB are those of `env`, which must outlive the store. Null: the
// system's.
Result<std::unique_ptr<Store>> OpenStore(const std::string& path, StoreOptions options,
                                         rocksdb::Env* env);

}  // namespace diotima
