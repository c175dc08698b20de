// The page of `graph render --format html`; the build makes it of assets/.
#pragma once

#include <string_view>

namespace diotima::cli {

// The JSON data of a graph replaces `@data@`.
extern const std::string_view kGraphPageHtml;

}  // namespace diotima::cli
