#include "kv/commit/upkeep.h"

#include <diotima/status_macros.h>

#include <algorithm>

#include "kv/catalog/draft.h"

namespace diotima {
namespace {

// Horizons move in steps of this part of the age, so that not every run of a program writes to the
// catalog.
constexpr int64_t kSteps = 16;

// Calls `visit(retention, version)` for each version of a feature that has a retention by age.
template <typename Visit>
void ForEachAging(const Graph& graph, const CatalogState& state, const Visit& visit) {
  for (const auto& spec : graph.features()) {
    const auto entry = state.Find(spec.key);
    if (!entry || !spec.retention || !spec.retention->older_than) continue;
    for (const auto& version : entry->versions) {
      visit(*spec.retention, VersionId{entry->id, version.id});
    }
  }
}

void SetRules(const StoreCore& core) {
  const auto state = core.catalog->state();
  const int64_t now = core.committer->NextTime();
  ExpiryRules::Rules rules;
  ForEachAging(core.graph(), *state, [&](const Retention& retention, VersionId version) {
    const VersionUpkeep upkeep = state->Upkeep(version);
    if (!upkeep.expires || upkeep.has_pending_deletions) return;
    rules[version] = {retention.keep,
                      std::min(upkeep.purge_horizon, now - retention.older_than->count())};
  });
  core.engine->expiry()->Set(std::move(rules));
}

}  // namespace

Status RenewExpiry(const StoreCore& core, Committer::Turn* turn) {
  CatalogDraft draft(core.catalog->state());
  const int64_t now = core.committer->NextTime();
  ForEachAging(core.graph(), *draft.base(), [&](const Retention& retention, VersionId version) {
    const int64_t age = retention.older_than->count();
    VersionUpkeep upkeep = draft.Upkeep(version);
    if (upkeep.expires && now - age <= upkeep.purge_horizon + age / kSteps) return;
    upkeep.purge_horizon = std::max(upkeep.purge_horizon, now - age);
    upkeep.expires = true;
    draft.SetUpkeep(version, upkeep);
  });
  DIOTIMA_TRY(turn->Record(draft));
  SetRules(core);
  return Status::Ok();
}

Status NoteCompacted(const StoreCore& core, const std::vector<VersionId>& versions,
                     Committer::Turn* turn) {
  CatalogDraft draft(core.catalog->state());
  for (const VersionId version : versions) {
    VersionUpkeep upkeep = draft.Upkeep(version);
    if (!upkeep.has_pending_deletions) continue;
    upkeep.has_pending_deletions = false;
    draft.SetUpkeep(version, upkeep);
  }
  DIOTIMA_TRY(turn->Record(draft));
  SetRules(core);
  return Status::Ok();
}

}  // namespace diotima
