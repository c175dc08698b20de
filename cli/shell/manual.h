// Prints the manual page, from the same text as --help.
#pragma once

#include <CLI/CLI.hpp>

namespace diotima::cli {

// Prints diotima.1.
int PrintManual(const CLI::App& root);

}  // namespace diotima::cli
