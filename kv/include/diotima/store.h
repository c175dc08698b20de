// The store: rows of features with their history, on RocksDB.
#pragma once

#include <diotima/cursor.h>
#include <diotima/export.h>
#include <diotima/graph.h>
#include <diotima/options.h>
#include <diotima/results.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct ArrowArrayStream;

namespace diotima {

struct StoreCore;

// One commit in the making: rows of one or several features that become visible together. Append
// checks and encodes rows; past the memory budget they go to sorted files. Nothing is visible, and
// nothing stays on disk, before Finish() returns OK. Not thread-safe.
class DIOTIMA_EXPORT Commit {
 public:
  class Impl;
  explicit Commit(std::unique_ptr<Impl> impl);
  Commit(Commit&&) noexcept;
  Commit& operator=(Commit&&) noexcept;
  ~Commit();  // without Finish: nothing is written

  // Returns kSchemaMismatch or kInvalidArgument for rows that do not fit, and names the row; the
  // commit can only be dropped then. An empty batch marks the feature as written.
  Status Append(std::string_view feature, const RowBatch& rows);
  // Writes the rows, all or none, and ends the commit: nothing can be appended or finished after.
  Result<WriteResult> Finish();

 private:
  std::unique_ptr<Impl> impl_;
};

// An open store. All methods are thread-safe. Each may return kIoError, kOutOfSpace and
// kCorruption; a method that writes returns kReadOnly on a store that is open for reading. In a
// child of fork() each returns kClosed: open the store there again. docs/semantics.md says what
// each operation means.
class DIOTIMA_EXPORT Store {
 public:
  // Opens the store in the directory `path`. Returns kNotFound where there is none;
  // kInvalidArgument where something else is there, or the settings are not the store's; kBusy
  // while another process writes, naming the lock file, or while this one has it open for writing,
  // under any path; kNotSupported for a newer format.
  static Result<std::unique_ptr<Store>> Open(const std::string& path, StoreOptions options = {});
  // Flushes and closes the store, once the last Store and the last cursor of it are gone.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Returns the same open store under the definitions of `graph`. Both share everything but the
  // graph; neither needs the other to live.
  std::unique_ptr<Store> With(Graph graph) const;

  // Makes the end of the store remove its directory, if this Open created it and nothing was
  // committed to it since. Nobody else can open it before that is done.
  void DiscardIfUnused();

  const std::string& path() const;
  const Hasher& hasher() const;
  // Returns the definitions in force.
  const Graph& graph() const;

  // Writes rows in one commit. "Write" in docs/semantics.md.
  Result<WriteResult> Write(std::string_view feature, const RowBatch& rows,
                            const WriteOptions& options = {});
  Result<WriteResult> Write(std::string_view feature, RowReader& rows,
                            const WriteOptions& options = {});
  // Takes over the stream and writes its rows, as ReadArrow of diotima/arrow_import.h reads them.
  Result<WriteResult> Write(std::string_view feature, ArrowArrayStream* rows,
                            const WriteOptions& options = {});
  Result<WriteResult> WriteMulti(const std::vector<std::pair<std::string, const RowBatch*>>& rows,
                                 const WriteOptions& options = {});
  // Starts a commit of rows that come piece by piece.
  Result<Commit> BeginCommit(const WriteOptions& options = {});

  // Reads a feature; "Read" in docs/semantics.md. Returns kNotFound for one that was never written.
  Result<Cursor> Read(std::string_view feature, const ReadOptions& options = {});
  // Computes what is new, stale and orphaned; "Resolve update" in docs/semantics.md.
  Result<UpdateCursor> ResolveUpdate(std::string_view feature, const ResolveOptions& options = {});
  // Describes how ResolveUpdate would compute the answer: its scans, their filters, how they are
  // joined, what enters each hash.
  Result<std::string> ExplainUpdate(std::string_view feature, const ResolveOptions& options = {});

  // Deletes in one commit, whatever it cascades to; "Delete" in docs/semantics.md.
  Result<DeleteResult> Delete(std::string_view feature, const DeleteOptions& options);
  Result<DeleteResult> Delete(const std::vector<std::string>& features,
                              const DeleteOptions& options);
  // Brings back soft-deleted samples of the current feature version: appends the last row before
  // the deletion again. Counts the rows that were appended, or would be.
  Result<WriteResult> Undelete(std::string_view feature, const UndeleteOptions& options = {});
  // Forgets a feature, in this store: all of its versions, their history, and its columns, as if it
  // had never been written. Counts the rows that were stored. kNotFound for one that was never
  // written; it need not be in the graph. `dry_run`: counts only.
  Result<WriteResult> Drop(std::string_view feature, bool dry_run = false);
  // Moves rows to another feature version; "Rebase" in docs/semantics.md. Counts the rows that were
  // appended, or would be.
  Result<WriteResult> Rebase(std::string_view feature, const RebaseOptions& options);
  // Changes the columns of a feature in one commit: types, names, columns to forget. Reads all of
  // its rows when types change, and rewrites none. kSchemaMismatch names a value that does not fit.
  Result<AlterResult> Alter(std::string_view feature, const AlterOptions& options);
  // Copies features from a store with the same hash settings, in one commit; "Copy" in
  // docs/semantics.md.
  Result<CopyResult> CopyFrom(const Store& from, const CopyOptions& options);

  // Rewrites table files down to the bottom level. Deleted rows are then in no file of the store,
  // logs included; keys at the ends of table files stay in RocksDB's manifest until the store is
  // opened again. Rows that open cursors can see are kept. If cancelled, the ranges already
  // compacted stay compacted.
  Result<CompactResult> Compact(const CompactOptions& options = {});
  // Removes history, in one commit; "Purge" in docs/semantics.md. Compact() then frees the space.
  Result<PurgeResult> Purge(const PurgeOptions& options);

  // Copies the store into `directory`. Creates it if needed; otherwise it must hold backups of this
  // store, whose files are not copied again. The backup includes every commit that finished before
  // the call, and possibly some that finish during it: writers go on, in this process and, where
  // this store is open read-only, in another one. If cancelled, earlier backups stay as they were.
  // Returns kBusy while another process works on `directory`, or when a writer changes the files
  // too fast; kInvalidArgument where something else is in `directory`.
  Result<BackupResult> Backup(const std::string& directory, const BackupOptions& options = {});
  // Returns the backups in `directory`, oldest first. kNotFound where there is none.
  static Result<std::vector<BackupInfo>> Backups(const std::string& directory);
  // Makes a store at `path` from a backup. There must be nothing at `path`, or an empty directory.
  // Compares each file with its checksum: kCorruption names one that is damaged. After any error
  // nothing is at `path`. Returns the backup that was restored.
  static Result<BackupInfo> Restore(const std::string& directory, const std::string& path,
                                    const RestoreOptions& options = {});
  // Makes a second store in the new directory `directory`, on the same file system, from what is
  // committed. It consists of hard links, and so takes little time and space at first. Both stores
  // can be written to afterwards. Works beside writers, as Backup() does.
  Status Checkpoint(const std::string& directory);

  // Returns figures of the store at one moment.
  Result<StoreStats> Stats(const StatsOptions& options = {});
  // Checks everything in one snapshot: the checksums of all table files; whether each row decodes
  // and belongs to a known feature and version; whether journal and catalog agree with the rows.
  // Damage is a problem in the result, not an error.
  Result<VerifyResult> Verify(const VerifyOptions& options = {});

  // Records the definitions in force as a snapshot.
  Result<PushResult> Push();
  // Returns the recorded snapshots, newest first.
  Result<std::vector<SnapshotInfo>> Snapshots();
  // Returns the definitions of a snapshot, by its project version or a unique prefix of it.
  Result<Graph> SnapshotGraph(std::string_view project_version);

  // Returns what is stored of a feature. kNotFound for one that was never written. `count_rows`:
  // fill in StoredVersion::rows, which may take a scan.
  Result<FeatureInfo> Describe(std::string_view feature, bool count_rows = false);
  // Returns the path of the store that the feature is read from: this one's, or a fallback store's.
  // kNotFound where none has it.
  Result<std::string> SourcePath(std::string_view feature);
  // Returns all features that were ever written, by key.
  Result<std::vector<std::string>> WrittenFeatures();
  // Returns the FlatBuffers schema of a feature's rows (docs/format.md), for `flatc --json`.
  Result<std::string> RowSchema(std::string_view feature);
  // Returns the encoded bytes of the first row of a feature, for tools and tests of the format.
  Result<std::string> EncodedRow(std::string_view feature);

 private:
  friend struct StoreAccess;
  explicit Store(std::shared_ptr<StoreCore> core);

  std::shared_ptr<StoreCore> core_;
};

// Returns the versions of the library and of what it is built on, one a line: "diotima 0.2.0".
DIOTIMA_EXPORT std::string VersionText();

}  // namespace diotima
