#include "kv/engine/engine.h"

#include <diotima/status_macros.h>
#include <fcntl.h>
#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "codec/base/os_error.h"
#include "codec/row/key.h"
#include "kv/disk/fork_guard.h"
#include "kv/disk/private_files.h"
#include "kv/disk/rocks_log.h"
#include "kv/engine/frozen_database.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

// Between the attempts of RocksDB to recover.
constexpr std::chrono::milliseconds kRecoveryInterval{100};

// A row's key without its commit time and ordinal: what the bloom filter is asked for.
class SamplePrefix : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "diotima.SamplePrefix"; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return {key.data(), key.size() - kRowKeySuffixSize};
  }
  bool InDomain(const rocksdb::Slice& key) const override {
    return key.size() > kRowKeyPrefixSize + kRowKeySuffixSize;
  }
};

rocksdb::CompressionType TypeOf(Compression compression) {
  switch (compression) {
    case Compression::kNone:
      return rocksdb::kNoCompression;
    case Compression::kLz4:
      return rocksdb::kLZ4Compression;
    case Compression::kZstd:
      return rocksdb::kZSTD;
  }
  return rocksdb::kNoCompression;
}

rocksdb::ColumnFamilyOptions FamilyOptions(const TuningOptions& tuning,
                                           const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = tuning.block_size;
  if (tuning.filter_bits > 0) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(tuning.filter_bits));
  }
  table.whole_key_filtering = false;
  table.format_version = 5;
  // In pieces: those of a large table as a whole do not fit into a shard of the cache, and each
  // seek would read them from the file.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_top_level_index_and_filter = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;

  rocksdb::ColumnFamilyOptions family;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  family.write_buffer_size = tuning.write_buffer_size;
  family.level_compaction_dynamic_level_bytes = true;
  family.compression = TypeOf(tuning.compression);
  family.bottommost_compression = TypeOf(tuning.bottom_compression);
  family.compression_opts.level = tuning.zstd_level;
  family.bottommost_compression_opts.level = tuning.zstd_level;
  family.bottommost_compression_opts.enabled = true;
  return family;
}

rocksdb::DBOptions DatabaseOptions(const EngineOptions& options, bool create) {
  rocksdb::DBOptions database;
  database.create_if_missing = create;
  database.create_missing_column_families = create;  // never in a database of something else
  database.max_background_jobs = options.tuning.background_jobs;
  database.info_log = NewRocksLog();
  database.max_total_wal_size = UINT64_MAX;  // Engine::LimitLog
  database.bgerror_resume_retry_interval = std::chrono::microseconds(kRecoveryInterval).count();
  // All at once for reading: files that were opened stay readable when another process removes
  // them.
  database.max_open_files = options.read_only ? -1 : 512;
  database.avoid_flush_during_shutdown = true;  // closing flushes what there is to keep
  // A torn last record is a crash during a write that was not acknowledged; damage before it is
  // not.
  database.wal_recovery_mode = options.accept_lost_commits
                                   ? rocksdb::WALRecoveryMode::kPointInTimeRecovery
                                   : rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  return database;
}

// Whether there is a file. An error is that of a directory which may not be searched.
Result<bool> Exists(const std::string& path) {
  std::error_code error;
  const bool exists = fs::exists(path, error);
  if (error) return OsError(error.value(), "cannot read '" + path + "'");
  return exists;
}

Result<bool> IsDatabase(const std::string& path) { return Exists(path + "/CURRENT"); }

// Lies in a store from the beginning of its creation to the end: whoever may create stores and
// finds it begins again. A crash may leave it in a complete store: what counts is whether the
// settings are there.
std::string CreationMark(const std::string& path) { return path + "/CREATING"; }

Status BeginCreation(const std::string& path) {
  const int mark = open(CreationMark(path).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (mark < 0) return OsError(errno, "cannot create store '" + path + "'");
  close(mark);
  std::error_code error;
  fs::permissions(path, fs::perms::owner_all, error);
  return Status::Ok();
}

Status Interrupted(const std::string& path) {
  return Status::NotFound("no store at '" + path + "': its creation was interrupted");
}

// Whether there is anything beside the file of the lock.
Result<bool> HoldsOtherFiles(const std::string& path) {
  std::error_code error;
  bool any = false;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    any = any || it->path().filename() != StoreLock::kFileName;
  }
  if (error) return OsError(error.value(), "cannot read '" + path + "'");
  return any;
}

Status CheckDirectory(const std::string& path, const EngineOptions& options) {
  std::error_code error;
  const auto type = fs::status(path, error).type();
  const bool may_create = options.create_if_missing && !options.read_only;
  if (type == fs::file_type::not_found) {
    if (may_create) return Status::Ok();
    return Status::NotFound("no store at '" + path + "': create it with `diotima init`");
  }
  if (error) return OsError(error.value(), "cannot open store '" + path + "'");
  if (type != fs::file_type::directory) {
    return Status::InvalidArgument("'" + path + "' is not a store: it is not a directory");
  }
  DIOTIMA_ASSIGN(const bool database, IsDatabase(path));
  if (database) return Status::Ok();
  DIOTIMA_ASSIGN(const bool creating, Exists(CreationMark(path)));
  if (creating) return may_create ? Status::Ok() : Interrupted(path);
  DIOTIMA_ASSIGN(const bool other_files, HoldsOtherFiles(path));
  if (other_files) {
    return Status::InvalidArgument(
        "'" + path + "' is not a store: it holds other files; name another directory");
  }
  if (may_create) return Status::Ok();
  return Status::NotFound("no store at '" + path + "': the directory is empty");
}

Status NotAStore(const std::string& path) {
  const auto creating = Exists(CreationMark(path));
  if (creating.ok() && *creating) return Interrupted(path);
  return Status::InvalidArgument("'" + path +
                                 "' is not a store: it is a RocksDB database of something else");
}

Status OpenError(const rocksdb::Status& status, const std::string& path) {
  const std::string text = status.ToString();
  if (text.find("lock") != std::string::npos && text.find("LOCK") != std::string::npos) {
    if (text.find("ermission denied") == std::string::npos &&
        text.find("ead-only file system") == std::string::npos) {
      return Status::Busy("store '" + path +
                          "' is open for writing by another process (lock file '" + path +
                          "/LOCK'): wait for it, or open read-only");
    }
  }
  if (status.IsInvalidArgument() && text.find("olumn famil") != std::string::npos) {
    return NotAStore(path);
  }
  const Status error = FromRocks(status, "cannot open store '" + path + "'");
  if (error.code() != StatusCode::kCorruption) return error;
  return {error.code(), error.message() +
                            ". Restore a backup or, if its log is damaged, go on with the commits "
                            "before the damage by `diotima verify --salvage`"};
}

// A process that writes may remove files that another one is about to open: what was opened while
// the set of files changed may lack some, or the last commits of a log that was there before.
template <typename Open>
rocksdb::Status OpenUnchanged(const std::string& path, const Open& open) {
  constexpr int kAttempts = 50;
  for (int attempt = 1;; ++attempt) {
    const auto before = ManifestState::Of(path);
    const rocksdb::Status status = open();
    if (ManifestState::Of(path) == before || (status.ok() && attempt >= kAttempts / 5) ||
        attempt == kAttempts) {
      return status;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(attempt));
  }
}

}  // namespace

Status FromRocks(const rocksdb::Status& status, const std::string& what) {
  if (status.ok()) return Status::Ok();
  std::string message = what + ": " + status.ToString();
  if (status.IsCorruption()) return Status::Corruption(std::move(message));
  if (status.IsNotFound()) return Status::NotFound(std::move(message));
  if (status.IsNoSpace()) return Status::OutOfSpace(std::move(message));
  if (status.IsIOError() && status.subcode() == rocksdb::Status::kSpaceLimit) {
    return Status::OutOfSpace(what + ": " + status.getState());
  }
  if (status.IsTimedOut()) return Status::TimedOut(std::move(message));
  if (status.IsBusy() || status.IsTryAgain()) return Status::Busy(std::move(message));
  if (status.IsNotSupported()) return Status::NotSupported(std::move(message));
  return Status::IoError(std::move(message));
}

Result<std::unique_ptr<Engine>> Engine::Open(const std::string& path,
                                             const EngineOptions& options) {
  DIOTIMA_TRY(CheckDirectory(path, options));
  std::unique_ptr<Engine> engine(new Engine());
  engine->path_ = path;
  engine->read_only_ = options.read_only;
  if (!options.read_only) DIOTIMA_TRY(engine->Lock(options));
  auto cache = rocksdb::NewLRUCache(options.tuning.block_cache_size);
  auto family = FamilyOptions(options.tuning, cache);
  auto rows = family;
  rows.prefix_extractor = std::make_shared<SamplePrefix>();
  rows.compaction_filter_factory = NewExpiryFilters(engine->expiry_);
  const std::vector<rocksdb::ColumnFamilyDescriptor> families = {
      {rocksdb::kDefaultColumnFamilyName, family},
      {"rows", rows},
      {"catalog", family},
      {"journal", family}};
  rocksdb::Env* const env = options.env != nullptr ? options.env : rocksdb::Env::Default();
  engine->env_ = rocksdb::NewCompositeEnv(
      WithTransientErrors(WithPrivateFiles(env->GetFileSystem()), engine->disk_));
  auto database = DatabaseOptions(options, engine->created_);
  database.env = engine->env_.get();
  database.listeners.push_back(engine->recovery_);
  engine->log_limit_ = 2 * options.tuning.write_buffer_size;
  // Before the database: whoever writes it meanwhile only adds to it.
  engine->marked_ = CommitMark::Read(path);
  const auto status = engine->OpenDatabase(database, families);
  if (!status.ok()) return OpenError(status, path);
  if (!options.read_only) DIOTIMA_TRY(engine->PrepareToWrite());
  return engine;
}

// Everything else in the directory is touched only after this, by the one process that has the
// lock.
Status Engine::Lock(const EngineOptions& options) {
  DIOTIMA_ASSIGN(StoreLock lock, StoreLock::Take(path_, options.create_if_missing));
  lock_ = std::make_unique<StoreLock>(std::move(lock));
  DIOTIMA_TRY(CheckDirectory(path_, options));
  DIOTIMA_ASSIGN(const bool database, IsDatabase(path_));
  DIOTIMA_ASSIGN(const bool creating, Exists(CreationMark(path_)));
  if (!options.create_if_missing || (database && !creating)) return Status::Ok();
  created_ = discard_ = true;
  return BeginCreation(path_);
}

Status Engine::PrepareToWrite() {
  DIOTIMA_ASSIGN(mark_, CommitMark::Open(path_));
  DIOTIMA_TRY(FromRocks(KeepSomethingToFlush(), "cannot open store '" + path_ + "'"));
  std::error_code error;
  fs::remove_all(TemporaryDirectory(), error);
  fs::create_directories(TemporaryDirectory(), error);
  if (!error) fs::permissions(TemporaryDirectory(), fs::perms::owner_all, error);
  LinkedFiles::RemoveAbandoned(path_);
  if (error) return OsError(error.value(), "cannot create '" + TemporaryDirectory() + "'");
  return Status::Ok();
}

rocksdb::Status Engine::OpenDatabase(const rocksdb::DBOptions& options,
                                     const std::vector<rocksdb::ColumnFamilyDescriptor>& families) {
  rocksdb::DB* db = nullptr;
  if (!read_only_) {
    const auto status = rocksdb::DB::Open(options, path_, families, &handles_, &db);
    db_.reset(db);
    return status;
  }
  return OpenUnchanged(path_, [&] {
    CloseHandles();
    const auto status = rocksdb::DB::OpenForReadOnly(options, path_, families, &handles_, &db);
    if (status.ok()) db_.reset(db);
    return status;
  });
}

void Engine::CloseHandles() {
  if (!db_) return;
  for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  handles_.clear();
  db_->Close().PermitUncheckedError();
  db_.reset();
}

Status Engine::CheckProcess() const {
  if (process_ == ProcessNumber()) return Status::Ok();
  return Status::Closed("store '" + path_ +
                        "' was opened by the process that forked this one: open it again here");
}

Status Engine::NoSettings() const { return NotAStore(path_); }

void Engine::FinishCreation() {
  std::error_code error;
  if (created_) fs::remove(CreationMark(path_), error);
  discard_ = false;
  created_position_ = position();
}

void Engine::DiscardIfUnused() { discard_ = created_ && position() == created_position_; }

// RocksDB 7.8 recovers by flushing. Where there is nothing to flush it goes on with the log that
// failed, and every further write fails or ends the process: so there always is something, past
// the log, in a column family that nobody reads.
rocksdb::Status Engine::KeepSomethingToFlush() {
  rocksdb::WriteOptions past_log;
  past_log.disableWAL = true;
  return db_->Put(past_log, family(Family::kRecovery), "something to flush", "");
}

// Requires `write_mutex_`.
Status Engine::Repair() {
  DIOTIMA_TRY(FromRocks(recovery_->Error(), "cannot write"));
  if (!recovery_->needs_repair()) return Status::Ok();
  recovery_->SetNeedsRepair(false);  // a flush from here on counts
  auto status = KeepSomethingToFlush();
  if (status.ok() && ingestion_failed_) {
    // Begins a new manifest if that failed, which is not seen to either.
    rocksdb::FlushOptions flush;
    flush.allow_write_stall = true;
    status = db_->Flush(flush, family(Family::kRecovery));
    if (status.ok()) status = db_->EnableFileDeletions(/*force=*/true);
    if (status.ok()) status = KeepSomethingToFlush();
  }
  if (status.ok()) {
    ingestion_failed_ = false;
  } else {
    recovery_->SetNeedsRepair(true);
  }
  return FromRocks(status, "cannot write");
}

Status Engine::Commit(const CommitParts& parts, bool sync) {
  return parts.batch != nullptr ? Write(parts.batch, sync) : Ingest(parts.tables);
}

Status Engine::Write(rocksdb::WriteBatch* batch, bool sync) {
  // One at a time, so that no write fails between the look at the recovery and this one.
  const std::lock_guard lock(write_mutex_);
  DIOTIMA_TRY(Repair());
  rocksdb::WriteOptions options;
  options.sync = sync;
  const auto status = db_->Write(options, batch);
  if (!status.ok()) recovery_->SetNeedsRepair(true);
  DIOTIMA_TRY(FromRocks(status, "cannot write"));
  LimitLog(batch->GetDataSize());
  return Status::Ok();
}

// Column families that are seldom flushed keep the logs since then, which every open reads and
// every backup copies. RocksDB's own limit seals all write buffers on the way of a write to the new
// log: if that fails, there is nothing to flush.
void Engine::LimitLog(uint64_t written) {
  log_bytes_ += written;
  // While writes are stopped, it is tried again by the next one. A flush that fails begins a
  // recovery, which the next write waits for.
  if (log_bytes_ >= log_limit_ && Seal().ok()) log_bytes_ = 0;
}

// Begins a new log, and the flush of everything before it. kBusy while writes are stopped.
// Requires `write_mutex_`.
Status Engine::Seal() {
  rocksdb::FlushOptions flush;
  flush.wait = false;
  flush.allow_write_stall = true;
  DIOTIMA_TRY(FromRocks(db_->Flush(flush, handles_), "cannot flush"));
  return Repair();
}

Status Engine::Ingest(std::vector<rocksdb::IngestExternalFileArg> files) {
  {
    const std::lock_guard lock(write_mutex_);
    DIOTIMA_TRY(Repair());
  }
  std::erase_if(files, [](const auto& arg) { return arg.external_files.empty(); });
  // Recovery takes it for granted that they are disabled when a manifest has failed.
  auto status = db_->DisableFileDeletions();
  disk_->read_failed = false;
  disk_->ingesting = true;
  if (status.ok()) status = db_->IngestExternalFiles(files);
  disk_->ingesting = false;
  if (status.ok()) status = db_->EnableFileDeletions(/*force=*/false);
  if (!status.ok()) {
    ingestion_failed_ = true;
    recovery_->SetNeedsRepair(true);
  }
  return FromRocks(status, "cannot write");
}

void Engine::NoteCommit(int64_t time, bool durable) {
  const std::lock_guard lock(mark_mutex_);
  last_commit_ = time;
  if (durable) mark_.Write(time);
}

// What has been noted before a sync that succeeded has reached the disk.
Status Engine::SyncNoted(const std::function<Status()>& sync) {
  int64_t noted = 0;
  {
    const std::lock_guard lock(mark_mutex_);
    noted = last_commit_;
  }
  DIOTIMA_TRY(sync());
  const std::lock_guard lock(mark_mutex_);
  if (noted != 0 && noted == last_commit_) mark_.Write(noted);
  return Status::Ok();
}

// Not by SyncWAL, which RocksDB 7.8 does not survive after a failed write.
Status Engine::SyncLog() {
  return SyncNoted([this] {
    rocksdb::WriteBatch nothing;
    return Write(&nothing, /*sync=*/true);
  });
}

Status Engine::FlushAll() {
  return SyncNoted([this]() -> Status {
    Status sealed;
    do {
      // Waits for flushes under way, and as long as they stop writes.
      DIOTIMA_TRY(FromRocks(db_->Flush({}, rows()), "cannot flush"));
      const std::lock_guard lock(write_mutex_);
      DIOTIMA_TRY(Repair());
      sealed = Seal();
    } while (sealed.code() == StatusCode::kBusy);
    DIOTIMA_TRY(sealed);
    return FromRocks(db_->Flush({}, {rows(), catalog(), journal()}), "cannot flush");
  });
}

std::string Engine::TemporaryDirectory() const {
  if (!read_only_) return path_ + "/tmp";
  std::error_code error;
  const auto directory = fs::temp_directory_path(error);
  return error ? "/tmp" : directory.string();
}

// RocksDB 7.8 never finishes closing beside a recovery that waits for its next attempt. On a disk
// that goes on failing the recovery is made to end: what it could not write is lost with the
// process. Resume waits for flushes, so it is called only when they cannot fail any more. It may
// return before the next attempt of the recovery; the pause after it leaves time for that one.
void Engine::EndRecovery() {
  constexpr int kAttempts = 100;
  constexpr auto kPause = std::chrono::milliseconds(10);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (recovery_->Error().ok()) return;
    if (disk_->given_up) break;
    std::this_thread::sleep_for(kPause);
  }
  if (!disk_->given_up) {
    spdlog::error("store '{}': its disk fails: commits that were not synced may be lost", path_);
    disk_->given_up = true;
  }
  while (db_->Resume().IsBusy()) std::this_thread::sleep_for(kPause);
  std::this_thread::sleep_for(5 * kRecoveryInterval);
}

// Processes that write little and end at once leave a table file each. RocksDB moves files that
// overlap with none down as they are, so that nothing ever merges them.
void Engine::MergeSmallFiles() {
  constexpr uint64_t kSmall = uint64_t{4} << 20;
  constexpr size_t kMany = 32;
  std::vector<rocksdb::LiveFileMetaData> files;
  db_->GetLiveFilesMetaData(&files);
  std::map<std::pair<std::string, int>, std::vector<std::string>> small;  // by family and level
  for (const auto& file : files) {
    if (file.size < kSmall && !file.being_compacted) {
      small[{file.column_family_name, file.level}].push_back(file.name);
    }
  }
  for (const auto& [place, names] : small) {
    const auto& [family_name, level] = place;
    if (names.size() < kMany) continue;
    for (auto* handle : handles_) {
      if (handle->GetName() != family_name) continue;
      // What is new goes to where it would be moved anyway: above everything it may overlap with.
      const int to = level == 0 ? db_->NumberLevels(handle) - 1 : level;
      db_->CompactFiles({}, handle, names, to).PermitUncheckedError();
    }
  }
}

Engine::~Engine() {
  if (process_ != ProcessNumber()) {
    // Its threads, locks and files are those of the parent.
    (void)db_.release();
    (void)env_.release();
    (void)lock_.release();
    return;
  }
  Close();
  if (lock_ && discard_) lock_->RemoveStore();
}

// So that the next open has no log to replay, and damage is found by block checksums.
void Engine::FlushToClose() {
  // On a disk given up a flush only seems to succeed, and must not be noted as durable.
  if (disk_->given_up) return;
  const Status flushed =
      SyncNoted([this] { return FromRocks(db_->Flush({}, handles_), "cannot flush"); });
  if (flushed.ok()) MergeSmallFiles();
}

void Engine::Close() {
  if (!db_) return;
  if (discard_) disk_->given_up = true;
  if (!read_only_) {
    EndRecovery();
    FlushToClose();
    // A flush or a compaction that fails begins a recovery.
    rocksdb::CancelAllBackgroundWork(db_.get(), /*wait=*/true);
    EndRecovery();
  }
  CloseHandles();
}

}  // namespace diotima
