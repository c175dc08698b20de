// What the parts of an open store share.
#pragma once

#include <diotima/store.h>

#include <atomic>
#include <mutex>

#include "kv/catalog/catalog.h"
#include "kv/catalog/feature_definition.h"
#include "kv/commit/commit_queue.h"
#include "kv/engine/engine.h"

namespace diotima {

struct StoreCore {
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Catalog> catalog;
  StoreOptions options;  // graph is the graph in force, parallelism is not 0
  Hasher hasher;
  std::vector<StoreCore*> fallback;  // of options.fallback_stores

  // Held by a commit from the moment it takes its time until it is visible.
  std::mutex commit_mutex;
  std::atomic<int64_t> last_commit_time = 0;
  // How often rows were removed since the store was opened; under commit_mutex.
  uint64_t removals = 0;
  // For commits that are small.
  CommitQueue commits{this};

  const Graph& graph() const { return options.graph; }
  Status CheckWritable() const;
  // max(clock, last + 1): what a commit that took its turn now would get.
  int64_t NextCommitTime() const;
  Result<FeatureDefinition> Definition(std::string_view feature) const {
    return Definition(graph(), feature);
  }
  // As another graph has it.
  Result<FeatureDefinition> Definition(const Graph& graph, std::string_view feature) const {
    return DefineFeature(graph, feature, hasher.truncation_length);
  }
};

Status NeverWritten(std::string_view feature);

}  // namespace diotima
