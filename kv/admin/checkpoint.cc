#include <diotima/status_macros.h>
#include <rocksdb/utilities/checkpoint.h>
#include <sys/stat.h>

#include <filesystem>

#include "kv/admin/admin.h"
#include "kv/disk/new_directory.h"
#include "kv/engine/frozen_database.h"

namespace diotima {
namespace {

// RocksDB would copy everything, which is what backups do better.
Status CheckSameFileSystem(const std::string& store, const std::string& directory) {
  struct stat here = {}, there = {};
  if (stat(store.c_str(), &here) == 0 && stat(directory.c_str(), &there) == 0 &&
      here.st_dev == there.st_dev) {
    return Status::Ok();
  }
  return Status::InvalidArgument("a checkpoint is made of hard links, and '" + directory +
                                 "' is on another file system than store '" + store +
                                 "': choose another place, or make a backup");
}

}  // namespace

Status MakeCheckpoint(const StoreCore* core, const std::string& directory) {
  DIOTIMA_ASSIGN(auto target, NewDirectory::Begin(directory, "linking"));
  DIOTIMA_TRY(CheckSameFileSystem(core->engine->path(), target.parent()));
  DIOTIMA_ASSIGN(const auto still, FrozenDatabase::Of(core->engine.get()));
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(still.db(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  // Where nothing can be flushed the logs are copied.
  const uint64_t flush_above = still.flush() ? 0 : UINT64_MAX;
  if (status.ok()) status = checkpoint->CreateCheckpoint(target.contents(), flush_above);
  DIOTIMA_TRY(FromRocks(status, "cannot make a checkpoint at '" + directory + "'"));
  return target.Finish();
}

}  // namespace diotima
