// Everything about one feature, as JSON.
#pragma once

#include "cli/output/output.h"
#include "cli/report/graph_source.h"

namespace diotima::cli {

// What `describe` prints. `rows` is null: how many rows are live is for the caller to fill in.
// `count_rows`: scan to fill in the rows of each stored version, which are null otherwise.
Result<Json> FeatureJson(const GraphSource& source, const std::string& feature, bool count_rows);

}  // namespace diotima::cli
