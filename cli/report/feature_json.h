// Prints everything about one feature, as JSON.
#pragma once

#include "cli/output/output.h"
#include "cli/report/graph_source.h"

namespace diotima::cli {

// Returns what `describe` prints. `rows` is null; the caller fills in the number of live rows.
// `count_rows`: scan to fill in the rows of each stored version, which are null otherwise.
Result<Json> FeatureJson(const GraphSource& source, const std::string& feature, bool count_rows);

}  // namespace diotima::cli
