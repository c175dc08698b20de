#include "kv/commit/upkeep.h"

#include <algorithm>

#include "codec/base/status_macros.h"

namespace diotima {
namespace {

// Not every run of a program is to write to the catalog: horizons move by this part of the age.
constexpr int64_t kSteps = 16;

// It is no commit, and has no time.
Status Record(StoreCore* core, const CatalogDraft& draft) {
  DIOTIMA_ASSIGN(auto next, draft.Next(draft.base()));
  if (!next) return Status::Ok();
  std::map<std::string, std::string> records;
  Catalog::AppendRecords(*draft.base(), *next, core->last_commit_time, &records);
  rocksdb::WriteBatch batch;
  for (const auto& [key, value] : records) batch.Put(core->engine->catalog(), key, value);
  return core->catalog->Publish(std::move(next),
                                [&] { return core->engine->Write(&batch, /*sync=*/true); });
}

// Calls `visit(retention, feature, version)` for each version, by its ids, of a feature that has a
// retention by age.
template <typename Visit>
void ForEachAging(const StoreCore& core, const CatalogState& state, const Visit& visit) {
  for (const auto& spec : core.graph().features()) {
    const auto entry = state.Find(spec.key);
    if (!entry || !spec.retention || !spec.retention->older_than) continue;
    for (const auto& version : entry->versions) visit(*spec.retention, entry->id, version.id);
  }
}

void SetRules(StoreCore* core) {
  const auto state = core->catalog->state();
  const int64_t now = core->NextCommitTime();
  ExpiryRules::Rules rules;
  ForEachAging(*core, *state, [&](const Retention& retention, uint32_t feature, uint32_t version) {
    const VersionUpkeep upkeep = state->Upkeep(feature, version);
    if (!upkeep.expires || upkeep.has_pending_deletions) return;
    rules[{feature, version}] = {retention.keep,
                                 std::min(upkeep.purge_horizon, now - *retention.older_than)};
  });
  core->engine->expiry()->Set(std::move(rules));
}

}  // namespace

void NoteRemoval(StoreCore* core, uint32_t feature, uint32_t version, CatalogDraft* draft) {
  ++core->removals;
  core->engine->expiry()->Remove(feature, version);
  VersionUpkeep upkeep = draft->Upkeep(feature, version);
  if (upkeep.has_pending_deletions) return;
  upkeep.has_pending_deletions = true;
  draft->SetUpkeep(feature, version, upkeep);
}

Status RenewExpiry(StoreCore* core) {
  CatalogDraft draft(core->catalog->state());
  const int64_t now = core->NextCommitTime();
  ForEachAging(*core, *draft.base(),
               [&](const Retention& retention, uint32_t feature, uint32_t version) {
                 const int64_t age = *retention.older_than;
                 VersionUpkeep upkeep = draft.Upkeep(feature, version);
                 if (upkeep.expires && now - age <= upkeep.purge_horizon + age / kSteps) return;
                 upkeep.purge_horizon = std::max(upkeep.purge_horizon, now - age);
                 upkeep.expires = true;
                 draft.SetUpkeep(feature, version, upkeep);
               });
  DIOTIMA_TRY(Record(core, draft));
  SetRules(core);
  return Status::Ok();
}

Status NoteCompacted(StoreCore* core, const std::vector<std::pair<uint32_t, uint32_t>>& versions) {
  CatalogDraft draft(core->catalog->state());
  for (const auto& [feature, version] : versions) {
    VersionUpkeep upkeep = draft.Upkeep(feature, version);
    if (!upkeep.has_pending_deletions) continue;
    upkeep.has_pending_deletions = false;
    draft.SetUpkeep(feature, version, upkeep);
  }
  DIOTIMA_TRY(Record(core, draft));
  SetRules(core);
  return Status::Ok();
}

}  // namespace diotima
