// The graph as a page for a browser.
#pragma once

#include <string>

#include "cli/output/progress.h"
#include "cli/report/graph_source.h"

namespace diotima::cli {

// One HTML document that needs nothing else, neither files nor a network. `counts`: with the rows
// of each feature and what is to be done, as `status` has them, which takes reading all of them.
Result<std::string> GraphPage(const GraphSource& source, bool counts, Progress* progress);

}  // namespace diotima::cli
