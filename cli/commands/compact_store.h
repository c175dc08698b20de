// Compaction, with its progress.
#pragma once

#include "cli/session.h"

namespace diotima::cli {

// Of `features`, none: of the whole store.
Result<CompactResult> CompactStore(Store* store, std::vector<std::string> features,
                                   Session* session);

}  // namespace diotima::cli
