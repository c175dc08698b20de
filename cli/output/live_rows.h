// Counts the samples of a feature.
#pragma once

#include <diotima/store.h>

#include <string>

namespace diotima::cli {

// Returns the number of latest, not deleted rows of the current version; 0 for a feature that was
// never written.
Result<uint64_t> CountLiveRows(Store* store, const std::string& feature);

}  // namespace diotima::cli
