// Bookkeeping for feature versions that rows were removed from, or whose history expires.
#pragma once

#include "kv/commit/committer.h"
#include "kv/core.h"

namespace diotima {

// Moves the purge horizons of features that have a retention by age, and passes the rules to
// compaction.
Status RenewExpiry(const StoreCore& core, Committer::Turn* turn);

// Records that no table file holds removed rows of these versions.
Status NoteCompacted(const StoreCore& core, const std::vector<VersionId>& versions,
                     Committer::Turn* turn);

}  // namespace diotima
