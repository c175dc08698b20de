#include "kv/admin/backup_directory.h"

#include <diotima/status_macros.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "codec/base/os_error.h"
#include "kv/disk/rocks_log.h"
#include "kv/engine/engine.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostThreads = 4;

std::string LockPath(const std::string& path) { return path + "/LOCK"; }

// Whether RocksDB has begun to keep backups there.
bool HasBackups(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path + "/meta", error) && fs::is_directory(path + "/private", error);
}

// Whether it holds nothing but what backups are made of, as one that was killed at its beginning
// leaves it.
bool HoldsNothingElse(const std::string& path) {
  static const std::set<std::string> kParts = {"LOCK", "shared", "shared_checksum", "private",
                                               "meta"};
  std::error_code error;
  fs::directory_iterator it(path, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    if (!kParts.contains(it->path().filename())) return false;
  }
  return !error;
}

Status PrepareDirectory(const std::string& path, bool* created) {
  std::error_code error;
  if (fs::exists(path, error)) {
    if (HasBackups(path) || HoldsNothingElse(path)) return Status::Ok();
    return Status::InvalidArgument("'" + path +
                                   "' is no directory of backups: it holds other things; name "
                                   "another directory");
  }
  fs::create_directories(path, error);
  if (!error) fs::permissions(path, fs::perms::owner_all, error);
  if (error) return OsError(error.value(), "cannot create '" + path + "'");
  *created = true;
  return Status::Ok();
}

BackupInfo InfoOf(const rocksdb::BackupInfo& backup) {
  BackupInfo info;
  info.id = backup.backup_id;
  info.time = Time(std::chrono::seconds(backup.timestamp));
  info.bytes = backup.size;
  info.files = backup.number_files;
  return info;
}

// What it says of the damage, without the name of its kind.
std::string Reason(const rocksdb::Status& status) {
  const std::string text = status.ToString(), kind = "Corruption: ";
  const size_t last = text.rfind(kind);
  return last == std::string::npos ? text : text.substr(last + kind.size());
}

std::string AtWork(const std::string& path) {
  return "another backup or restore is at work (lock file '" + LockPath(path) + "'): wait for it";
}

std::string Named(const BackupInfo& backup, const std::string& path) {
  return "backup " + std::to_string(backup.id) + " of '" + path + "'";
}

}  // namespace

rocksdb::BackupEngineOptions BackupDirectory::Options(CopyFiles* files, size_t threads) const {
  rocksdb::BackupEngineOptions options(path_, files->env());
  options.info_log = log_.get();
  options.max_background_operations =
      static_cast<int>(std::clamp(threads, size_t{1}, kMostThreads));
  return options;
}

Result<BackupDirectory> BackupDirectory::OpenToAdd(const std::string& path,
                                                   const std::string& identity, CopyFiles* files,
                                                   size_t threads) {
  BackupDirectory directory;
  directory.path_ = path;
  directory.log_ = NewRocksLog();
  directory.identity_ = identity;
  DIOTIMA_TRY(PrepareDirectory(path, &directory.created_));
  DIOTIMA_ASSIGN(directory.lock_, FileLock::Exclusive(LockPath(path), AtWork(path)));
  const auto status = rocksdb::BackupEngine::Open(directory.Options(files, threads),
                                                  rocksdb::Env::Default(), &directory.writer_);
  DIOTIMA_TRY(FromRocks(status, "cannot open the backups in '" + path + "'"));
  directory.engine_.reset(directory.writer_);
  directory.List();
  DIOTIMA_TRY(directory.CheckIdentity());
  return directory;
}

Result<BackupDirectory> BackupDirectory::OpenToRead(const std::string& path, CopyFiles* files,
                                                    size_t threads) {
  if (!HasBackups(path)) return Status::NotFound("no backups in '" + path + "'");
  BackupDirectory directory;
  directory.path_ = path;
  directory.log_ = NewRocksLog();
  DIOTIMA_ASSIGN(directory.lock_, FileLock::Shared(LockPath(path), AtWork(path)));
  auto options = directory.Options(files, threads);
  options.backup_env = rocksdb::Env::Default();
  rocksdb::BackupEngineReadOnly* engine = nullptr;
  const auto status = rocksdb::BackupEngineReadOnly::Open(options, files->env(), &engine);
  DIOTIMA_TRY(FromRocks(status, "cannot open the backups in '" + path + "'"));
  directory.engine_.reset(engine);
  directory.List();
  return directory;
}

void BackupDirectory::List() {
  backups_.clear();
  std::vector<rocksdb::BackupInfo> whole;
  engine_->GetBackupInfo(&whole);
  for (const auto& backup : whole) backups_.push_back(InfoOf(backup));
  std::vector<uint32_t> damaged;
  engine_->GetCorruptedBackups(&damaged);
  for (const uint32_t id : damaged) {
    rocksdb::BackupInfo unknown;
    BackupInfo info;
    info.id = id;
    info.damage = Reason(engine_->GetBackupInfo(id, &unknown));
    backups_.push_back(info);
  }
  std::sort(backups_.begin(), backups_.end(),
            [](const BackupInfo& a, const BackupInfo& b) { return a.id < b.id; });
}

Status BackupDirectory::CheckIdentity() const {
  std::vector<rocksdb::BackupInfo> whole;
  engine_->GetBackupInfo(&whole);
  for (const auto& backup : whole) {
    if (backup.app_metadata == identity_) continue;
    return Status::InvalidArgument("'" + path_ +
                                   "' holds backups of another store: name another directory");
  }
  return Status::Ok();
}

Result<BackupInfo> BackupDirectory::Find(std::optional<uint32_t> id) const {
  if (backups_.empty()) return Status::NotFound("no backups in '" + path_ + "'");
  const uint32_t wanted = id.value_or(backups_.back().id);
  const auto found = std::find_if(backups_.begin(), backups_.end(),
                                  [&](const BackupInfo& backup) { return backup.id == wanted; });
  if (found == backups_.end()) {
    return Status::NotFound("no backup " + std::to_string(wanted) + " in '" + path_ +
                            "': the latest is " + std::to_string(backups_.back().id));
  }
  if (found->damage.empty()) return *found;
  return Status::Corruption(Named(*found, path_) + " is damaged: " + found->damage +
                            "; choose another one");
}

// RocksDB names a table file in backups by its number, its origin and its size.
uint64_t BackupDirectory::MissingBytes(rocksdb::DB* db) const {
  std::set<std::pair<uint64_t, uint64_t>> known;
  std::error_code error;
  fs::directory_iterator it(path_ + "/shared_checksum", error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    const std::string name = it->path().filename();
    const size_t size = name.rfind('_');
    if (size == std::string::npos) continue;
    known.emplace(std::strtoull(name.c_str(), nullptr, 10),
                  std::strtoull(name.c_str() + size + 1, nullptr, 10));
  }
  std::vector<rocksdb::LiveFileMetaData> files;
  db->GetLiveFilesMetaData(&files);
  uint64_t bytes = 0;
  for (const auto& file : files) {
    if (!known.contains({file.file_number, file.size})) bytes += file.size;
  }
  rocksdb::VectorLogPtr logs;
  db->GetSortedWalFiles(logs).PermitUncheckedError();
  for (const auto& log : logs) bytes += log->SizeFileBytes();
  return bytes;
}

Status BackupDirectory::Add(rocksdb::DB* db, bool flush, BackupInfo* added) {
  rocksdb::CreateBackupOptions options;
  options.flush_before_backup = flush;
  uint32_t id = 0;
  const auto status = writer_->CreateNewBackupWithMetadata(options, db, identity_, &id);
  if (!status.ok()) {
    writer_->GarbageCollect().PermitUncheckedError();
    if (created_) {
      std::error_code error;
      fs::remove_all(path_, error);
    }
    return FromRocks(status, "cannot back up to '" + path_ + "'");
  }
  List();
  *added = backups_.back();
  return Status::Ok();
}

Result<size_t> BackupDirectory::RemoveOld(uint32_t keep) {
  size_t removed = 0;
  uint32_t whole = 0;
  for (auto backup = backups_.rbegin(); backup != backups_.rend(); ++backup) {
    if (whole < keep) {
      if (backup->damage.empty()) ++whole;
      continue;
    }
    DIOTIMA_TRY(
        FromRocks(writer_->DeleteBackup(backup->id), "cannot remove " + Named(*backup, path_)));
    ++removed;
  }
  List();
  return removed;
}

Status BackupDirectory::Restore(uint32_t id, const std::string& path) const {
  rocksdb::Status status = engine_->RestoreDBFromBackup(rocksdb::RestoreOptions(), id, path, path);
  if (status.IsCorruption()) {
    // This names the file, and where it is.
    const rocksdb::Status damage = engine_->VerifyBackup(id, /*verify_with_checksum=*/true);
    if (!damage.ok()) status = rocksdb::Status::Corruption(Reason(damage));
  }
  return FromRocks(status, "cannot restore backup " + std::to_string(id) + " of '" + path_ + "'");
}

}  // namespace diotima
