#include "cli/report/graph_source.h"

#include <diotima/status_macros.h>

namespace diotima::cli {

Result<GraphSource> FindGraph(Session* session) {
  GraphSource source;
  DIOTIMA_ASSIGN(const Graph* graph, session->LoadGraph());
  source.graph = *graph;
  if (!session->HasStore()) {
    if (!graph->empty()) return source;
    return session->UsageError("no graph: give --graph FILE, or a --store that one was pushed to");
  }
  DIOTIMA_ASSIGN(const StoreConfig chosen, session->ChooseStore());
  source.truncation_length = chosen.hash_truncation_length.value_or(0);
  auto store = session->OpenToRead();
  if (!store.ok()) {
    const bool missing = store.status().code() == StatusCode::kNotFound;
    return missing && !graph->empty() ? Result<GraphSource>(std::move(source)) : store.status();
  }
  source.store = std::move(store).value();
  source.truncation_length = source.store->hasher().truncation_length;
  source.graph = source.store->graph();
  return source;
}

}  // namespace diotima::cli
