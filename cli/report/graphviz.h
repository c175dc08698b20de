// Draws with Graphviz, if it is installed.
#pragma once

#include <diotima/status.h>

#include <string>
#include <string_view>

namespace diotima::cli {

// Returns `graph`, in the language DOT, as an SVG document. kNotFound if there is no program `dot`.
Result<std::string> DrawSvg(std::string_view graph);

}  // namespace diotima::cli
