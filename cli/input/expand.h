// Replaces variables of the environment in texts of the configuration.
#pragma once

#include <diotima/status.h>

#include <string>
#include <string_view>

namespace diotima::cli {

// Returns `text` with `${VAR}` and `${VAR:-default}` replaced; the default is also used when VAR is
// empty. kInvalidArgument, naming the variable, if it is not set and has no default.
Result<std::string> ExpandVariables(std::string_view text);

}  // namespace diotima::cli
