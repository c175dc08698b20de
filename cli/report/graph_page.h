// Writes the graph as a page for a browser.
#pragma once

#include <string>

#include "cli/output/progress.h"
#include "cli/report/graph_source.h"

namespace diotima::cli {

// Returns one HTML document that needs no other file and no network. `counts`: with the counts of
// `status`, which reads all rows.
Result<std::string> GraphPage(const GraphSource& source, bool counts, Progress* progress);

}  // namespace diotima::cli
