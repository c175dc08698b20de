#include "cli/commands/compact_store.h"

#include "cli/output/progress.h"

namespace diotima::cli {

Result<CompactResult> CompactStore(Store* store, std::vector<std::string> features,
                                   Session* session) {
  CompactOptions options;
  options.features = std::move(features);
  Progress progress(session->shows_progress(), "compact");
  options.progress = progress.Callback();
  return store->Compact(options);
}

}  // namespace diotima::cli
