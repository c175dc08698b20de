// The page of `graph render --format html`, made of assets/ by the build.
#pragma once

#include <string_view>

namespace diotima::cli {

// The data of a graph, as JSON, goes where it says `@data@`.
extern const std::string_view kGraphPageHtml;

}  // namespace diotima::cli
