// Graphs that were pushed. docs/semantics.md, "Snapshots".
#include <diotima/status_macros.h>

#include <map>

#include "kv/admin/admin.h"
#include "kv/catalog/declared_columns.h"
#include "kv/catalog/draft.h"
#include "kv/commit/committer.h"
#include "kv/commit/write_set.h"

namespace diotima {
namespace {

Result<Graph> GraphOf(const SnapshotRecord& snapshot) {
  return Graph::FromText(snapshot.graph, GraphFormat::kJson,
                         "snapshot " + snapshot.project_version);
}

}  // namespace

Result<PushResult> Push(const StoreCore* core) {
  DIOTIMA_TRY(core->CheckWritable());
  if (core->graph().empty()) {
    return Status::InvalidArgument("there are no definitions to push: name a graph file");
  }
  // A declaration that the store cannot follow is told now, not at the first write.
  CatalogDraft draft(core->catalog->state());
  for (const FeatureSpec& spec : core->graph().features()) {
    if (!core->catalog->state()->Find(spec.key)) continue;
    DIOTIMA_TRY(TakeDeclaredColumns(core->engine.get(), spec, draft.Feature(spec.key)));
  }
  PushResult result;
  result.project_version = core->graph().ProjectVersion(core->hasher.truncation_length);
  result.features = core->graph().features().size();
  Committer::Turn turn(core->committer.get());
  DIOTIMA_ASSIGN(const auto head, core->catalog->Head());
  if (head && head->project_version == result.project_version) return result;
  DIOTIMA_ASSIGN(const auto known, core->catalog->FindSnapshot(result.project_version));
  Committer::Records records;
  if (!known) {
    Catalog::AppendSnapshotRecords(
        {result.project_version, core->committer->NextTime(), core->graph().ToJson()}, &records);
  }
  Catalog::AppendHeadRecord(result.project_version, &records);
  result.recorded = !known;
  WriteSet set(core);
  DIOTIMA_TRY(turn.Apply(&set, /*catalog=*/nullptr, /*sync=*/true, std::move(records)).status());
  return result;
}

Result<std::vector<SnapshotInfo>> Snapshots(const StoreCore* core) {
  DIOTIMA_ASSIGN(const auto head, core->catalog->Head());
  DIOTIMA_ASSIGN(const auto snapshots, core->catalog->Snapshots());
  std::vector<SnapshotInfo> result;
  for (const auto& snapshot : snapshots) {
    DIOTIMA_ASSIGN(const Graph graph, GraphOf(snapshot));
    result.push_back({snapshot.project_version, FromMicros(snapshot.recorded_at),
                      graph.features().size(),
                      head && head->project_version == snapshot.project_version});
  }
  return result;
}

Result<Graph> SnapshotGraph(const StoreCore* core, std::string_view project_version) {
  DIOTIMA_ASSIGN(const auto snapshots, core->catalog->Snapshots());
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
  return GraphOf(*found);
}

}  // namespace diotima
