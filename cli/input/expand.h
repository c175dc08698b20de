// Variables of the environment in texts of the configuration.
#pragma once

#include <diotima/status.h>

#include <string>
#include <string_view>

namespace diotima::cli {

// `text` with `${VAR}` and `${VAR:-default}` (also taken when VAR is empty) replaced.
// kInvalidArgument, naming the variable, for one that is not set and has no default.
Result<std::string> ExpandVariables(std::string_view text);

}  // namespace diotima::cli
