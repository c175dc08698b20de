// Makes, lists and restores backups.
#include <diotima/status_macros.h>
#include <diotima/store.h>

#include <optional>

#include "kv/admin/admin.h"
#include "kv/admin/backup_directory.h"
#include "kv/disk/new_directory.h"
#include "kv/engine/frozen_database.h"

namespace diotima {
namespace {

constexpr size_t kThreads = 4;

// The same for a store and all that was restored from its backups.
std::string Identity(const StoreCore& core) {
  return "diotima store " + std::to_string(core.catalog->settings().created_at);
}

// The files are what they were: is the store?
Status CheckRestored(const std::string& path, const std::string& what) {
  StoreOptions options;
  options.create_if_missing = false;
  options.read_only = true;
  options.tuning.block_cache_size = size_t{8} << 20;
  const auto store = Store::Open(path, options);
  if (store.ok()) return Status::Ok();
  return store.status().Prefixed(what + " does not open: ");
}

}  // namespace

Result<BackupResult> Backup(const StoreCore* core, const std::string& directory,
                            const BackupOptions& options) {
  if (options.keep == 0u) {
    return Status::InvalidArgument("keep 1 backup or more: the new one stays");
  }
  CopyFiles files;
  DIOTIMA_ASSIGN(auto backups, BackupDirectory::OpenToAdd(directory, Identity(*core), &files,
                                                          core->options.parallelism));
  DIOTIMA_ASSIGN(const auto still, FrozenDatabase::Of(core->engine.get()));
  BackupResult result;
  DIOTIMA_TRY(files.Run(options.progress, backups.MissingBytes(still.db()),
                        [&] { return backups.Add(still.db(), still.flush(), &result.backup); }));
  result.copied_bytes = files.bytes();
  if (options.keep) {
    DIOTIMA_ASSIGN(result.removed, backups.RemoveOld(*options.keep));
  }
  return result;
}

Result<std::vector<BackupInfo>> Backups(const std::string& directory) {
  CopyFiles files;
  DIOTIMA_ASSIGN(const auto backups, BackupDirectory::OpenToRead(directory, &files, kThreads));
  if (backups.backups().empty()) return Status::NotFound("no backups in '" + directory + "'");
  return backups.backups();
}

Result<BackupInfo> Restore(const std::string& directory, const std::string& path,
                           const RestoreOptions& options) {
  // It goes last: until the threads of `backups` have ended, they write to it, also after an error.
  std::optional<NewDirectory> target;
  CopyFiles files;
  DIOTIMA_ASSIGN(const auto backups, BackupDirectory::OpenToRead(directory, &files, kThreads));
  DIOTIMA_ASSIGN(const BackupInfo backup, backups.Find(options.backup));
  DIOTIMA_ASSIGN(auto begun, NewDirectory::Begin(path, "restoring"));
  target.emplace(std::move(begun));
  DIOTIMA_TRY(files.Run(options.progress, backup.bytes,
                        [&] { return backups.Restore(backup.id, target->contents()); }));
  DIOTIMA_TRY(CheckRestored(target->contents(),
                            "backup " + std::to_string(backup.id) + " of '" + directory + "'"));
  DIOTIMA_TRY(target->Finish());
  return backup;
}

}  // namespace diotima
