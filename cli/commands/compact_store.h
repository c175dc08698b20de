// Compacts a store and shows progress.
#pragma once

#include "cli/session.h"

namespace diotima::cli {

// Compacts `features`; the whole store if there are none.
Result<CompactResult> CompactStore(Store* store, std::vector<std::string> features,
                                   Session* session);

}  // namespace diotima::cli
