// Drawing by Graphviz, where it is installed.
#pragma once

#include <diotima/status.h>

#include <string>
#include <string_view>

namespace diotima::cli {

// `graph`, in the language DOT, as an SVG document. kNotFound where there is no program `dot`.
Result<std::string> DrawSvg(std::string_view graph);

}  // namespace diotima::cli
