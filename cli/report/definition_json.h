// Prints what follows from the definition of a feature, as JSON.
#pragma once

#include <diotima/graph.h>

#include "cli/output/output.h"

namespace diotima::cli {

// Returns `feature_version`, `code_version`, `spec_version`, `definition_version`, `fields`,
// `is_root`, `upstream`, `downstream`, `id_columns`, `input_id_columns` and `join_columns`. The
// feature must be in the graph.
Json DefinitionJson(const Graph& graph, const std::string& feature, uint32_t truncation_length);

}  // namespace diotima::cli
