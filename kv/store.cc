// Each method of Store calls the free function of its room.
#include <diotima/arrow_import.h>
#include <diotima/status_macros.h>
#include <diotima/store.h>
#include <flatbuffers/base.h>
#include <rocksdb/version.h>

#include "kv/admin/admin.h"
#include "kv/commit/write.h"
#include "kv/open_store.h"
#include "kv/resolve/update_cursor.h"
#include "kv/rewrite/rewrite.h"
#include "kv/scan/cursor.h"

namespace diotima {

Result<std::unique_ptr<Store>> Store::Open(const std::string& path, StoreOptions options) {
  DIOTIMA_ASSIGN(auto core, OpenCore(path, std::move(options), /*env=*/nullptr));
  return StoreAccess::Make(std::move(core));
}

Store::Store(std::shared_ptr<StoreCore> core) : core_(std::move(core)) {}
Store::~Store() = default;

const std::shared_ptr<StoreCore>& StoreAccess::Core(const Store& store) { return store.core_; }

std::unique_ptr<Store> StoreAccess::Make(std::shared_ptr<StoreCore> core) {
  return std::unique_ptr<Store>(new Store(std::move(core)));
}

std::unique_ptr<Store> Store::With(Graph graph) const {
  auto core = std::make_shared<StoreCore>(*core_);
  core->options.graph = std::move(graph);
  return StoreAccess::Make(std::move(core));
}

void Store::DiscardIfUnused() { core_->engine->DiscardIfUnused(); }
const std::string& Store::path() const { return core_->engine->path(); }
const Hasher& Store::hasher() const { return core_->hasher; }
const Graph& Store::graph() const { return core_->graph(); }

Result<WriteResult> Store::Write(std::string_view feature, const RowBatch& rows,
                                 const WriteOptions& options) {
  return WriteMulti({{std::string(feature), &rows}}, options);
}

Result<WriteResult> Store::Write(std::string_view feature, RowReader& rows,
                                 const WriteOptions& options) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return WriteRows(core_, feature, &rows, options);
}

Result<WriteResult> Store::Write(std::string_view feature, ArrowArrayStream* rows,
                                 const WriteOptions& options) {
  DIOTIMA_ASSIGN(const auto reader, ReadArrow(rows));
  return Write(feature, *reader, options);
}

Result<WriteResult> Store::WriteMulti(
    const std::vector<std::pair<std::string, const RowBatch*>>& rows, const WriteOptions& options) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return WriteBatches(core_, rows, options);
}

Result<Commit> Store::BeginCommit(const WriteOptions& options) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::BeginCommit(core_, options);
}

Result<Cursor> Store::Read(std::string_view feature, const ReadOptions& options) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::Read(core_, feature, options);
}

Result<UpdateCursor> Store::ResolveUpdate(std::string_view feature, const ResolveOptions& options) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::ResolveUpdate(core_, feature, options);
}

Result<std::string> Store::ExplainUpdate(std::string_view feature, const ResolveOptions& options) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::ExplainUpdate(core_.get(), feature, options);
}

Result<DeleteResult> Store::Delete(std::string_view feature, const DeleteOptions& options) {
  return Delete(std::vector<std::string>{std::string(feature)}, options);
}

Result<DeleteResult> Store::Delete(const std::vector<std::string>& features,
                                   const DeleteOptions& options) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::Delete(core_.get(), features, options);
}

Result<WriteResult> Store::Undelete(std::string_view feature, const UndeleteOptions& options) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::Undelete(core_.get(), std::string(feature), options);
}

Result<WriteResult> Store::Drop(std::string_view feature, bool dry_run) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::Drop(core_.get(), std::string(feature), dry_run);
}

Result<WriteResult> Store::Rebase(std::string_view feature, const RebaseOptions& options) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::Rebase(core_.get(), feature, options);
}

Result<AlterResult> Store::Alter(std::string_view feature, const AlterOptions& options) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::Alter(core_.get(), std::string(feature), options);
}

Result<CopyResult> Store::CopyFrom(const Store& from, const CopyOptions& options) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::CopyFrom(core_.get(), from.core_.get(), options);
}

Result<CompactResult> Store::Compact(const CompactOptions& options) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::Compact(core_.get(), options);
}

Result<PurgeResult> Store::Purge(const PurgeOptions& options) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::Purge(core_.get(), options);
}

Result<BackupResult> Store::Backup(const std::string& directory, const BackupOptions& options) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::Backup(core_.get(), directory, options);
}

Result<std::vector<BackupInfo>> Store::Backups(const std::string& directory) {
  return diotima::Backups(directory);
}

Result<BackupInfo> Store::Restore(const std::string& directory, const std::string& path,
                                  const RestoreOptions& options) {
  return diotima::Restore(directory, path, options);
}

Status Store::Checkpoint(const std::string& directory) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return MakeCheckpoint(core_.get(), directory);
}

Result<StoreStats> Store::Stats(const StatsOptions& options) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::Stats(core_.get(), options);
}

Result<VerifyResult> Store::Verify(const VerifyOptions& options) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::Verify(core_.get(), options);
}

Result<PushResult> Store::Push() {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::Push(core_.get());
}

Result<std::vector<SnapshotInfo>> Store::Snapshots() {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::Snapshots(core_.get());
}

Result<Graph> Store::SnapshotGraph(std::string_view project_version) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::SnapshotGraph(core_.get(), project_version);
}

Result<FeatureInfo> Store::Describe(std::string_view feature, bool count_rows) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::Describe(core_.get(), feature, count_rows);
}

Result<std::string> Store::SourcePath(std::string_view feature) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::SourcePath(core_.get(), feature);
}

Result<std::vector<std::string>> Store::WrittenFeatures() {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::WrittenFeatures(core_.get());
}

Result<std::string> Store::RowSchema(std::string_view feature) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::RowSchema(core_.get(), feature);
}

Result<std::string> Store::EncodedRow(std::string_view feature) {
  DIOTIMA_TRY(core_->engine->CheckProcess());
  return diotima::EncodedRow(core_.get(), feature);
}

std::string VersionText() {
  auto version = [](int major, int minor, int patch) {
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
  };
  return "diotima " DIOTIMA_VERSION "\nRocksDB " +
         version(ROCKSDB_MAJOR, ROCKSDB_MINOR, ROCKSDB_PATCH) + "\nFlatBuffers " +
         version(FLATBUFFERS_VERSION_MAJOR, FLATBUFFERS_VERSION_MINOR,
                 FLATBUFFERS_VERSION_REVISION) +
         "\n";
}

}  // namespace diotima
