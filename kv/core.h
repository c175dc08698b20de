// What the operations on one open store share.
#pragma once

#include <diotima/options.h>

#include <memory>
#include <string_view>
#include <vector>

#include "kv/catalog/catalog.h"
#include "kv/catalog/feature_definition.h"
#include "kv/engine/engine.h"

namespace diotima {

class Committer;
class Store;

// A store under one graph. Immutable after opening; thread-safe.
struct StoreCore {
  std::shared_ptr<Engine> engine;
  std::shared_ptr<Catalog> catalog;
  std::shared_ptr<Committer> committer;
  StoreOptions options;  // the graph in force; parallelism is not 0
  Hasher hasher;
  std::vector<std::shared_ptr<StoreCore>> fallback;

  const Graph& graph() const { return options.graph; }
  // As Engine::CheckProcess, and kReadOnly for a store that is open for reading.
  Status CheckWritable() const;
  // Returns the definition of a feature in the graph in force, or in another one.
  Result<FeatureDefinition> Definition(std::string_view feature) const {
    return Definition(graph(), feature);
  }
  Result<FeatureDefinition> Definition(const Graph& graph, std::string_view feature) const {
    return DefineFeature(graph, feature, hasher.truncation_length);
  }
};

// Gives the rooms of the library the core behind a Store.
struct StoreAccess {
  static const std::shared_ptr<StoreCore>& Core(const Store& store);
  static std::unique_ptr<Store> Make(std::shared_ptr<StoreCore> core);
};

// Returns the error for a feature that was never written: kNotFound.
Status NeverWritten(std::string_view feature);

}  // namespace diotima
