// What a Graph holds.
#pragma once

#include <diotima/graph.h>

#include <map>
#include <memory>
#include <mutex>

#include "graph/spec/definitions.h"
#include "graph/versions.h"

namespace diotima {

struct Graph::Data {
  Definitions definitions;

  // Returns the place of a feature, which must be in the graph.
  uint32_t At(std::string_view key) const;
  // Returns the versions for a truncation length. Computed at the first call, then kept.
  // Thread-safe.
  const GraphVersions& Versions(uint32_t truncation_length) const;

 private:
  mutable std::mutex mutex_;
  mutable std::map<uint32_t, std::unique_ptr<const GraphVersions>> versions_;
};

}  // namespace diotima
