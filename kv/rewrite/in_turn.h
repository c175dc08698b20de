// Runs an operation that commits what follows from what it reads.
#pragma once

#include <diotima/status_macros.h>

#include "kv/commit/committer.h"
#include "kv/core.h"

namespace diotima {

// Returns run(turn), where the turn to commit is taken before and kept. For a dry run, which needs
// no turn and no writable store, it is null.
template <typename Run>
auto InTurn(const StoreCore* core, bool dry_run, const Run& run) -> decltype(run(nullptr)) {
  if (dry_run) return run(nullptr);
  DIOTIMA_TRY(core->CheckWritable());
  Committer::Turn turn(core->committer.get());
  return run(&turn);
}

}  // namespace diotima
