#include <diotima/store.h>
#include <flatbuffers/base.h>
#include <rocksdb/version.h>

#include <algorithm>
#include <thread>

#include "codec/base/status_macros.h"
#include "kv/commit/commit.h"
#include "kv/commit/upkeep.h"
#include "kv/core.h"
#include "kv/open_store.h"
#include "kv/resolve/update_cursor.h"
#include "kv/rewrite/copy.h"
#include "kv/rewrite/delete.h"
#include "kv/scan/cursor.h"

namespace diotima {
namespace {

class StoreImpl : public Store {
 public:
  explicit StoreImpl(StoreOptions options) {
    core_.options = std::move(options);
    size_t& threads = core_.options.parallelism;
    if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  }

  Status Open(const std::string& path, rocksdb::Env* env);

  const std::string& path() const override { return core_.engine->path(); }
  const Hasher& hasher() const override { return core_.hasher; }
  const Graph& graph() const override { return core_.graph(); }

  Result<WriteResult> Write(std::string_view feature, const RowBatch& rows,
                            const WriteOptions& options) override {
    return WriteMulti({{std::string(feature), &rows}}, options);
  }
  Result<WriteResult> Write(std::string_view feature, RowReader& rows,
                            const WriteOptions& options) override;
  Result<WriteResult> WriteMulti(const std::vector<std::pair<std::string, const RowBatch*>>& rows,
                                 const WriteOptions& options) override;
  Result<Commit> BeginCommit(const WriteOptions& options) override {
    DIOTIMA_TRY(core_.CheckWritable());
    return Commit(std::make_unique<Commit::Impl>(&core_, options));
  }

  Result<Cursor> Read(std::string_view feature, const ReadOptions& options) override {
    return diotima::Read(&core_, feature, options);
  }
  Result<UpdateCursor> ResolveUpdate(std::string_view feature,
                                     const ResolveOptions& options) override {
    return diotima::ResolveUpdate(&core_, feature, options);
  }
  Result<std::string> ExplainUpdate(std::string_view feature,
                                    const ResolveOptions& options) override {
    return diotima::ExplainUpdate(&core_, feature, options);
  }
  using Store::Delete;
  Result<DeleteResult> Delete(const std::vector<std::string>& features,
                              const DeleteOptions& options) override {
    return diotima::Delete(&core_, features, options);
  }
  Result<WriteResult> Rebase(std::string_view feature, const RebaseOptions& options) override {
    return diotima::Rebase(&core_, feature, options);
  }
  Result<CopyResult> CopyFrom(Store& from, const CopyOptions& options) override {
    return diotima::CopyFrom(&core_, &static_cast<StoreImpl&>(from).core_, options);
  }

  Result<PushResult> Push() override;
  Result<std::vector<SnapshotInfo>> History() override;
  Result<Graph> Snapshot(std::string_view project_version) override;
  Result<std::string> ReadFrom(std::string_view feature) override;
  Result<FeatureInfo> Describe(std::string_view feature, bool count_rows) override;
  Result<std::vector<std::string>> WrittenFeatures() override;
  Result<std::string> RowSchema(std::string_view feature) override;
  Result<std::string> EncodedRow(std::string_view feature) override;

 private:
  StoreCore* core() override { return &core_; }
  Status CheckSettings() const;
  Status CreateSettings();
  Status LoadGraph();
  Status OpenFallback();

  StoreCore core_;
};

Status StoreImpl::Open(const std::string& path, rocksdb::Env* env) {
  const StoreOptions& options = core_.options;
  if (options.hash_truncation_length)
    DIOTIMA_TRY(CheckTruncationLength(*options.hash_truncation_length));
  EngineOptions engine;
  engine.create_if_missing = options.create_if_missing;
  engine.read_only = options.read_only;
  engine.tuning = options.tuning;
  engine.env = env;
  DIOTIMA_ASSIGN(core_.engine, Engine::Open(path, engine));
  core_.catalog = std::make_unique<Catalog>(core_.engine.get());
  bool found = false;
  DIOTIMA_TRY(core_.catalog->Load(&found));
  DIOTIMA_TRY(found ? CheckSettings() : CreateSettings());
  core_.engine->FinishCreation();
  core_.hasher = core_.catalog->settings().hasher;
  core_.last_commit_time = core_.catalog->last_commit_time();
  DIOTIMA_TRY(OpenFallback());
  DIOTIMA_TRY(LoadGraph());
  if (options.read_only) return Status::Ok();
  const std::lock_guard lock(core_.commit_mutex);
  return RenewExpiry(&core_);
}

Status StoreImpl::OpenFallback() {
  for (const auto& store : core_.options.fallback_stores) {
    auto& fallback = static_cast<StoreImpl&>(*store);
    if (!(fallback.core_.hasher == core_.hasher)) {
      return Status::InvalidArgument("fallback store '" + store->path() +
                                     "' has other hash settings than '" + path() +
                                     "': its hashes would not compare");
    }
    core_.fallback.push_back(&fallback.core_);
  }
  return Status::Ok();
}

Status StoreImpl::CheckSettings() const {
  const StoreOptions& options = core_.options;
  const Hasher& stored = core_.catalog->settings().hasher;
  const Hasher wanted{options.hash_algorithm.value_or(stored.algorithm),
                      options.hash_truncation_length.value_or(stored.truncation_length)};
  if (wanted == stored) return Status::Ok();
  auto describe = [](const Hasher& hasher) {
    return std::string(HashAlgorithmName(hasher.algorithm)) + " with truncation length " +
           std::to_string(hasher.truncation_length);
  };
  return Status::InvalidArgument(
      "store '" + core_.engine->path() + "' was created with " + describe(stored) + ", not " +
      describe(wanted) + ": they are fixed; leave the options out, or create another store");
}

Status StoreImpl::CreateSettings() {
  if (!core_.engine->created()) {
    return core_.engine->NoSettings();
  }
  StoreSettings settings;
  settings.hasher = {core_.options.hash_algorithm.value_or(HashAlgorithm::kXxHash64),
                     core_.options.hash_truncation_length.value_or(0)};
  settings.created_at = core_.NextCommitTime();
  return core_.catalog->Create(settings);
}

Status StoreImpl::LoadGraph() {
  if (!core_.options.graph.empty()) return Status::Ok();
  DIOTIMA_ASSIGN(const auto head, core_.catalog->Head());
  if (!head) return Status::Ok();
  DIOTIMA_ASSIGN(core_.options.graph, Graph::FromText(head->graph, GraphFormat::kJson,
                                                      "snapshot " + head->project_version));
  return Status::Ok();
}

Result<WriteResult> StoreImpl::Write(std::string_view feature, RowReader& rows,
                                     const WriteOptions& options) {
  DIOTIMA_ASSIGN(Commit commit, BeginCommit(options));
  RowBatch batch;
  bool any = false;
  for (;;) {
    DIOTIMA_ASSIGN(const bool more, rows.Read(&batch));
    if (!more) break;
    any = true;
    DIOTIMA_TRY(commit.Append(feature, batch));
  }
  if (!any) DIOTIMA_TRY(commit.Append(feature, RowBatch()));
  return commit.Finish();
}

Result<WriteResult> StoreImpl::WriteMulti(
    const std::vector<std::pair<std::string, const RowBatch*>>& rows, const WriteOptions& options) {
  // Another commit may define the same new columns at the same time; one of the two comes first.
  constexpr int kAttempts = 16;
  for (int attempt = 1;; ++attempt) {
    DIOTIMA_ASSIGN(Commit commit, BeginCommit(options));
    for (const auto& [feature, batch] : rows) DIOTIMA_TRY(commit.Append(feature, *batch));
    auto result = commit.Finish();
    if (result.ok() || result.status().code() != StatusCode::kBusy || attempt == kAttempts) {
      return result;
    }
  }
}

Result<PushResult> StoreImpl::Push() {
  DIOTIMA_TRY(core_.CheckWritable());
  if (core_.graph().empty()) {
    return Status::InvalidArgument("there are no definitions to push: name a graph file");
  }
  PushResult result;
  result.project_version = core_.graph().ProjectVersion(core_.hasher.truncation_length);
  result.features = core_.graph().features().size();
  const std::lock_guard lock(core_.commit_mutex);
  DIOTIMA_ASSIGN(const auto head, core_.catalog->Head());
  if (head && head->project_version == result.project_version) return result;
  DIOTIMA_ASSIGN(const auto known, core_.catalog->FindSnapshot(result.project_version));
  std::map<std::string, std::string> records;
  if (!known) {
    Catalog::AppendSnapshotRecords(
        {result.project_version, core_.NextCommitTime(), core_.graph().ToJson()}, &records);
  }
  Catalog::AppendHeadRecord(result.project_version, &records);
  result.recorded = !known;
  WriteSet set(&core_);
  DIOTIMA_TRY(set.Apply(/*catalog=*/nullptr, std::move(records), /*sync=*/true).status());
  return result;
}

Result<std::vector<SnapshotInfo>> StoreImpl::History() {
  DIOTIMA_ASSIGN(const auto head, core_.catalog->Head());
  DIOTIMA_ASSIGN(const auto snapshots, core_.catalog->Snapshots());
  std::vector<SnapshotInfo> history;
  for (const auto& snapshot : snapshots) {
    DIOTIMA_ASSIGN(const Graph graph, Graph::FromText(snapshot.graph, GraphFormat::kJson,
                                                      "snapshot " + snapshot.project_version));
    history.push_back({snapshot.project_version, snapshot.recorded_at, graph.features().size(),
                       head && head->project_version == snapshot.project_version});
  }
  return history;
}

Result<Graph> StoreImpl::Snapshot(std::string_view project_version) {
  DIOTIMA_ASSIGN(const auto snapshots, core_.catalog->Snapshots());
  const SnapshotRecord* found = nullptr;
  for (const auto& snapshot : snapshots) {
    if (snapshot.project_version.rfind(project_version, 0) != 0) continue;
    if (found != nullptr) {
      return Status::InvalidArgument("several snapshots begin with '" +
                                     std::string(project_version) + "': give more of it");
    }
    found = &snapshot;
  }
  if (found == nullptr) {
    return Status::NotFound("no snapshot '" + std::string(project_version) +
                            "' was recorded: see `diotima history`");
  }
  return Graph::FromText(found->graph, GraphFormat::kJson, "snapshot " + found->project_version);
}

Result<std::string> StoreImpl::ReadFrom(std::string_view feature) {
  SourceFinder finder(&core_);
  const FeatureSource source = finder.Find(feature, /*allow_fallback=*/true);
  if (source.core == nullptr) return NeverWritten(feature);
  return source.core->engine->path();
}

Result<FeatureInfo> StoreImpl::Describe(std::string_view feature, bool count_rows) {
  const StoreView view = core_.catalog->TakeView();
  const auto entry = view.catalog->Find(feature);
  if (!entry) return NeverWritten(feature);
  FeatureInfo info;
  info.key = entry->key;
  for (const auto& column : entry->columns) info.columns.push_back({column.name, column.type});
  for (const auto& version : entry->versions) {
    info.versions.push_back({version.feature_version, version.id_columns, 0});
    if (!count_rows) continue;
    DIOTIMA_ASSIGN(info.versions.back().rows, CountRows(&core_, view, entry->id, version.id));
  }
  return info;
}

Result<std::vector<std::string>> StoreImpl::WrittenFeatures() {
  std::vector<std::string> keys;
  for (const auto& [key, entry] : core_.catalog->state()->features) keys.push_back(key);
  return keys;
}

Result<std::string> StoreImpl::RowSchema(std::string_view feature) {
  const auto state = core_.catalog->state();
  const auto entry = state->Find(feature);
  if (!entry) return NeverWritten(feature);
  const VersionEntry* version = &entry->versions.back();
  if (const auto definition = core_.Definition(feature); definition.ok()) {
    DIOTIMA_ASSIGN(const VersionEntry* current, CurrentVersion(*entry, *definition));
    if (current != nullptr) version = current;
  }
  return FlatBuffersSchema(*state->Layout(*entry, *version), feature);
}

Result<std::string> StoreImpl::EncodedRow(std::string_view feature) {
  ReadOptions options;
  options.include_soft_deleted = true;
  options.allow_fallback = false;
  SourceFinder finder(&core_);
  DIOTIMA_ASSIGN(auto scan,
                 OpenScan(&finder, core_.graph(), feature, options, /*stop_at_damage=*/true));
  if (scan->Valid()) return std::string(scan->row().value_bytes());
  DIOTIMA_TRY(scan->status());
  return Status::NotFound("feature '" + std::string(feature) + "' has no rows");
}

}  // namespace

Result<std::unique_ptr<Store>> OpenStore(const std::string& path, StoreOptions options,
                                         rocksdb::Env* env) {
  auto store = std::make_unique<StoreImpl>(std::move(options));
  DIOTIMA_TRY(store->Open(path, env));
  return std::unique_ptr<Store>(std::move(store));
}

Result<std::unique_ptr<Store>> Store::Open(const std::string& path, StoreOptions options) {
  return OpenStore(path, std::move(options), /*env=*/nullptr);
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
