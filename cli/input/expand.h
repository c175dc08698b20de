// Replaces variables of the environment in texts of the configuration.
#pragma once

#include <diotima/status.h>

#include <string>
#include <string_view>

namespace diotima::cli {

// Returns `text` with `${VAR}` and `${VAR:-default}` replaced; the default is also used when VAR is
// empty. kInvalidArgument, naming the variable, if it is not set and has no default.
Result<std::string> ExpandVariables(std::string_view text);

// Returns a path with `~` at its beginning replaced by $HOME. kInvalidArgument, with the right
// spelling, for `~user` and for `$VAR` without braces, which would become names of directories.
Result<std::string> ExpandPath(std::string_view path);

}  // namespace diotima::cli
