// The store: features' rows with their history, on RocksDB.
#pragma once

#include <diotima/digest.h>
#include <diotima/filter.h>
#include <diotima/graph.h>
#include <diotima/maintenance.h>
#include <diotima/row.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct ArrowArrayStream;

namespace diotima {

class Store;
struct StoreCore;

enum class Compression : uint8_t { kNone, kLz4, kZstd };

// How tables are laid out and written. The defaults, and what each costs: docs/performance.md,
// "Tuning". May differ each time a store is opened: tables that are there stay as they are until
// they are compacted.
struct TuningOptions {
  // Of tables that compaction will write again, and of those at the bottom level, where nearly all
  // rows are (those of bulk commits from the start).
  Compression compression = Compression::kLz4;
  Compression bottom_compression = Compression::kZstd;
  int zstd_level = 3;  // 1 to 19
  // Bytes of rows that are compressed, and read, together.
  size_t block_size = size_t{16} << 10;
  // Of the Bloom filter, for each sample. 0: no filters.
  double filter_bits = 10;
  // RocksDB's block cache, shared by all column families, and one write buffer, in bytes.
  size_t block_cache_size = size_t{256} << 20;
  size_t write_buffer_size = size_t{64} << 20;
  // Threads for flushes and compactions.
  int background_jobs = 2;
};

struct StoreOptions {
  // The definitions in force. An empty graph: those pushed last.
  Graph graph;
  // Create the store when there is none. Otherwise a missing store is kNotFound.
  bool create_if_missing = true;
  // Open beside a writer, or on a read-only file system. Sees what was committed before opening.
  bool read_only = false;
  // Fixed when the store is created. On an existing store a value given here must be the store's
  // own (kInvalidArgument otherwise); not given, the store's hold. Defaults: xxhash64, 0.
  std::optional<HashAlgorithm> hash_algorithm;
  std::optional<uint32_t> hash_truncation_length;
  // Stores of the same settings that features are read from which this one has never had: tried in
  // order, and each tries its own. Only ever read.
  std::vector<std::shared_ptr<Store>> fallback_stores;
  // metaxy_materialization_id of rows whose write gives none.
  std::optional<std::string> materialization_id;
  // Memory that one operation may take to sort rows before it spills to disk, in bytes.
  size_t memory_budget = size_t{256} << 20;
  // Threads that one bulk operation may use, the caller's included. 0: one a core.
  size_t parallelism = 0;
  // A commit of more bytes than this (keys and encoded rows) is written as table files past log and
  // write buffer; a smaller one is cheaper through them (docs/performance.md, "Bulk commits").
  size_t bulk_commit_threshold = size_t{16} << 20;
  TuningOptions tuning;
  // Microseconds since 1970, UTC; called from any thread. Empty: the system's clock. For tests.
  std::function<int64_t()> clock;
};

struct WriteOptions {
  std::optional<std::string> materialization_id;
  // Keep the feature and project version of rows that have both.
  bool preserve_feature_version = false;
  // The commit has reached the disk when the call returns.
  bool sync = true;
  // Asked now and then while a large commit is made, by any thread. An error ends the commit, which
  // returns it; nothing is visible then.
  std::function<Status()> check;
};

struct WriteResult {
  uint64_t rows = 0;
  // Of the commit, in microseconds since 1970. 0 when nothing was committed.
  int64_t commit_time = 0;
  // Rows by feature, in the order in which features were first named.
  std::vector<std::pair<std::string, uint64_t>> features;
};

struct ReadOptions {
  std::vector<std::string> filters;  // all must hold
  // The columns to return, in this order; none: all. An unknown one is kInvalidArgument.
  std::vector<std::string> columns;
  std::optional<std::string> feature_version;
  bool with_feature_history = false;
  bool with_sample_history = false;
  bool include_soft_deleted = false;
  bool only_soft_deleted = false;
  // The store as it was after the last commit at or before this time (microseconds since 1970).
  std::optional<int64_t> as_of;
  // Look in the fallback stores for a feature that this store has never had.
  bool allow_fallback = true;
};

struct ResolveOptions {
  // The expected rows. Required for a root feature. Read once, wholly, by ResolveUpdate.
  RowReader* samples = nullptr;
  std::map<std::string, std::vector<std::string>> filters;  // by feature
  std::vector<std::string> global_filters;
  std::vector<std::string> target_filters;
  std::vector<std::string> staleness_predicates;  // any of them makes a sample stale
  bool skip_comparison = false;
  // As in ReadOptions, for all features.
  std::optional<int64_t> as_of;
};

enum class Cascade : uint8_t { kNone, kDownstream, kUpstream, kBoth };

enum class Change : uint8_t { kNew, kStale, kOrphaned };
std::string_view ChangeName(Change change);  // "new", "stale", "orphaned"

struct DeleteOptions {
  std::vector<std::string> filters;  // all must hold; none: everything
  bool soft = true;
  bool with_feature_history = false;
  bool dry_run = false;
  // Which other features are deleted from, with the same filters, in the same commit.
  Cascade cascade = Cascade::kNone;
  // A feature that was never written counts 0; it is an error without this or a cascade.
  bool skip_never_written = false;
  ProgressCallback progress;  // rows looked at
};

struct DeleteResult {
  uint64_t rows = 0;        // marked, or physically removed
  int64_t commit_time = 0;  // 0 when nothing was committed
  // Rows by feature, in the order of the cascade: downstream, dependents first; otherwise
  // dependencies first.
  std::vector<std::pair<std::string, uint64_t>> features;
};

struct RebaseOptions {
  std::string from;               // a feature version
  std::optional<std::string> to;  // not given: the current one; else one of a recorded snapshot
  bool dry_run = false;
  std::optional<std::string> materialization_id;
  ProgressCallback progress;  // rows of the answer so far
};

struct CopyOptions {
  std::vector<std::string> features;
  std::map<std::string, std::vector<std::string>> filters;  // by feature
  std::vector<std::string> global_filters;
  bool with_feature_history = true;
  bool with_sample_history = false;  // deletions too
  ProgressCallback progress;         // rows looked at
};

struct CopyResult {
  uint64_t rows = 0;
  int64_t commit_time = 0;
  std::vector<std::pair<std::string, uint64_t>> features;  // those that had rows to copy
};

struct SnapshotInfo {
  std::string project_version;
  int64_t recorded_at = 0;  // microseconds since 1970
  size_t features = 0;
  bool current = false;  // pushed last
};

// A version of a feature of which the store has had rows.
struct StoredVersion {
  std::string feature_version;
  std::vector<std::string> id_columns;
  uint64_t rows = 0;  // stored, history included
};

struct FeatureInfo {
  std::string key;
  std::vector<Column> columns;  // id columns first; no system columns
  std::vector<StoredVersion> versions;
};

struct Increment {
  uint64_t new_rows = 0;
  uint64_t stale = 0;
  uint64_t orphaned = 0;
  // The share of distinct input-id values that are not new, in percent; nothing without input.
  std::optional<double> progress;
};

struct PushResult {
  std::string project_version;
  bool recorded = false;  // false: it was the last one already
  size_t features = 0;
};

// Rows read from a store, a step at a time, from one snapshot. Movable. Not thread-safe; may be
// used beside anything else that happens to the store, which must outlive it.
//
//   for (; cursor.Valid(); cursor.Next()) Use(cursor.row());
//   if (!cursor.status().ok()) …
//
// A row whose bytes are damaged is skipped; when the cursor ends its status is kCorruption and
// names the keys. Rows come in order of feature version, then sample, newest first.
class Cursor {
 public:
  class Impl;
  explicit Cursor(std::unique_ptr<Impl> impl);
  Cursor(Cursor&&) noexcept;
  Cursor& operator=(Cursor&&) noexcept;
  ~Cursor();

  bool Valid() const;
  void Next();
  // Why the cursor ended; ok while Valid().
  const Status& status() const;
  const Schema& schema() const;
  // Requires Valid(). The row and all values from it live until Next().
  const Row& row() const;

 private:
  std::unique_ptr<Impl> impl_;
};

// The answer of ResolveUpdate, a step at a time; as Cursor. New, stale and orphaned rows come
// mixed, in the order of their join columns. Damage ends it at once: an increment is whole or it is
// an error.
class UpdateCursor {
 public:
  class Impl;
  explicit UpdateCursor(std::unique_ptr<Impl> impl);
  UpdateCursor(UpdateCursor&&) noexcept;
  UpdateCursor& operator=(UpdateCursor&&) noexcept;
  ~UpdateCursor();

  bool Valid() const;
  void Next();
  const Status& status() const;
  Change change() const;
  // New and stale: the joined upstream columns (or the sample's) and the four hash columns.
  // Orphaned: the stored row.
  const Row& row() const;
  // The columns of new and stale rows, and those of orphaned ones (none where there can be no such
  // rows).
  const Schema& schema() const;
  const Schema& orphan_schema() const;
  // Counts of the steps made so far: of the whole once the cursor has ended without error.
  const Increment& counts() const;
  // Filters for features that take no part, and the like.
  const std::vector<std::string>& warnings() const;

 private:
  std::unique_ptr<Impl> impl_;
};

// One commit in the making: rows of one or several features that become visible together. Rows are
// checked and encoded as they are appended; past the memory budget they go to sorted files. Nothing
// is visible, and nothing survives, before Finish() returns OK. Not thread-safe.
class Commit {
 public:
  class Impl;
  explicit Commit(std::unique_ptr<Impl> impl);
  Commit(Commit&&) noexcept;
  Commit& operator=(Commit&&) noexcept;
  ~Commit();  // without Finish: nothing is written

  // kSchemaMismatch or kInvalidArgument for rows that do not fit, naming the row; the commit can
  // only be dropped then. Appending an empty batch marks the feature as written.
  Status Append(std::string_view feature, const RowBatch& rows);
  Result<WriteResult> Finish();

 private:
  std::unique_ptr<Impl> impl_;
};

// An open store. All methods are thread-safe. Errors that any of them may return: kIoError,
// kCorruption; kReadOnly for writes to a store that is open for reading.
class Store {
 public:
  // Opens the directory `path`. kNotFound: no store there; kInvalidArgument: something else is
  // there, or the settings are not the store's; kBusy: another process writes, naming the lock
  // file; kNotSupported: a newer format.
  static Result<std::unique_ptr<Store>> Open(const std::string& path, StoreOptions options);
  virtual ~Store() = default;  // flushes

  virtual const std::string& path() const = 0;
  virtual const Hasher& hasher() const = 0;
  // The definitions in force.
  virtual const Graph& graph() const = 0;

  // docs/semantics.md, "Write". One call is one commit.
  virtual Result<WriteResult> Write(std::string_view feature, const RowBatch& rows,
                                    const WriteOptions& options = {}) = 0;
  virtual Result<WriteResult> Write(std::string_view feature, RowReader& rows,
                                    const WriteOptions& options = {}) = 0;
  // The rows of an Arrow stream, which is moved from: ReadArrow of diotima/arrow_import.h.
  Result<WriteResult> Write(std::string_view feature, ArrowArrayStream* rows,
                            const WriteOptions& options = {});
  virtual Result<WriteResult> WriteMulti(
      const std::vector<std::pair<std::string, const RowBatch*>>& rows,
      const WriteOptions& options = {}) = 0;
  // For rows that come piece by piece. The store must outlive it.
  virtual Result<Commit> BeginCommit(const WriteOptions& options = {}) = 0;

  // docs/semantics.md, "Read". kNotFound for a feature that was never written.
  virtual Result<Cursor> Read(std::string_view feature, const ReadOptions& options = {}) = 0;
  // docs/semantics.md, "Resolve update".
  virtual Result<UpdateCursor> ResolveUpdate(std::string_view feature,
                                             const ResolveOptions& options = {}) = 0;
  // How ResolveUpdate would compute the answer, in words: the cursors, their filters, how they are
  // joined, what enters each hash. docs/semantics.md, "Resolve update".
  virtual Result<std::string> ExplainUpdate(std::string_view feature,
                                            const ResolveOptions& options = {}) = 0;

  // docs/semantics.md, "Delete". One call is one commit, whatever it cascades to.
  virtual Result<DeleteResult> Delete(const std::vector<std::string>& features,
                                      const DeleteOptions& options) = 0;
  Result<DeleteResult> Delete(std::string_view feature, const DeleteOptions& options) {
    return Delete(std::vector<std::string>{std::string(feature)}, options);
  }

  // docs/semantics.md, "Rebase". The result counts the rows appended, or that would be.
  virtual Result<WriteResult> Rebase(std::string_view feature, const RebaseOptions& options) = 0;
  // docs/semantics.md, "Copy": from another store of the same settings into this one, in one
  // commit.
  virtual Result<CopyResult> CopyFrom(Store& from, const CopyOptions& options) = 0;

  // Rewrites table files down to the bottom level, so that what was deleted is in no file of the
  // store, logs included. Keys at the ends of table files are in RocksDB's manifest too, until the
  // store is opened again. What an open cursor may still read stays. Ended early, what was done
  // stays done.
  Result<CompactResult> Compact(const CompactOptions& options = {});
  // docs/semantics.md, "Purge": removes history, in one commit. Compact() then frees the space.
  Result<PurgeResult> Purge(const PurgeOptions& options);

  // Copies the store into `directory`, which is created, or has earlier backups of this store: what
  // those have already is not copied again. The backup holds all that was committed before the
  // call, catalog and journal too, and a beginning of what is committed meanwhile: writers go on,
  // of this process, and, where this store is open read-only, of another one. Ended early, the
  // earlier backups are as they were. kBusy: another process is at work on `directory`, or writes
  // so fast that the files never stay the same; kInvalidArgument: something else is in `directory`.
  Result<BackupResult> Backup(const std::string& directory, const BackupOptions& options = {});
  // The backups in `directory`, oldest first. kNotFound where there is none.
  static Result<std::vector<BackupInfo>> Backups(const std::string& directory);
  // Makes a store at `path`, where there must be nothing or an empty directory, from a backup. Each
  // file is compared with its checksum: kCorruption names one that is damaged. Whatever fails,
  // nothing is at `path`. Returns what was restored.
  static Result<BackupInfo> Restore(const std::string& directory, const std::string& path,
                                    const RestoreOptions& options = {});
  // Makes another store in the new directory `directory`, on the same file system, of what is
  // committed: by hard links, so that it costs little time and space at first. Both may be written
  // to afterwards. Beside writers as Backup().
  Status Checkpoint(const std::string& directory);

  // Figures of one moment. Reading keys takes its time, in constant memory; the rest does not.
  Result<StoreStats> Stats(const StatsOptions& options = {});

  // Looks at everything: checksums of all table files; whether each row decodes and belongs to a
  // known feature and version; whether journal and catalog agree with the rows. Of one snapshot;
  // damage is a problem in the result, not an error. What keeps a store from being opened is found
  // by opening it.
  Result<VerifyResult> Verify(const VerifyOptions& options = {});

  // Records the definitions in force as a snapshot.
  virtual Result<PushResult> Push() = 0;
  // The recorded snapshots, newest first.
  virtual Result<std::vector<SnapshotInfo>> History() = 0;
  // The definitions of a snapshot, by its project version or an unambiguous beginning of it.
  virtual Result<Graph> Snapshot(std::string_view project_version) = 0;

  // What the store has of a feature. kNotFound for one that was never written. `count_rows`: scan
  // to fill in StoredVersion::rows.
  virtual Result<FeatureInfo> Describe(std::string_view feature, bool count_rows = false) = 0;
  // The path of the store that the feature is read from: this one's or a fallback's. kNotFound
  // where none has it.
  virtual Result<std::string> ReadFrom(std::string_view feature) = 0;
  // All features that were ever written, by key.
  virtual Result<std::vector<std::string>> WrittenFeatures() = 0;
  // The FlatBuffers schema of a feature's rows (docs/format.md): `flatc --json` decodes them with
  // it.
  virtual Result<std::string> RowSchema(std::string_view feature) = 0;
  // The encoded value of the latest row that the cursor stands on is not public; this gives the
  // bytes of the newest row of a feature, for tools and tests of the format.
  virtual Result<std::string> EncodedRow(std::string_view feature) = 0;

 private:
  friend class BufferedWriter;
  virtual StoreCore* core() = 0;
};

// Library versions: "diotima 0.1.0, RocksDB 7.8.3, …", one a line.
std::string VersionText();

}  // namespace diotima
