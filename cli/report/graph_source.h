// Finds the graph for commands that can work without a store.
#pragma once

#include <memory>

#include "cli/session.h"

namespace diotima::cli {

struct GraphSource {
  Graph graph;
  uint32_t truncation_length = 0;  // of the store, or of the one that would be created
  std::unique_ptr<Store> store;    // null: there is none
};

// Returns the graph of files, or else the one pushed last. Without files there must be a store.
Result<GraphSource> FindGraph(Session* session);

}  // namespace diotima::cli
