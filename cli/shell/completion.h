// What may stand where a command line is being typed.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace diotima::cli {

// `words` are those typed after the program's name, as they stand there, up to the one that is to
// be completed. Prints a line `:files` where the name of a file may stand, then what else may, one
// a line, each with a tab and a description. Where something is wrong it prints less, and fails
// never.
int PrintCompletions(const CLI::App& root, std::vector<std::string> words);

}  // namespace diotima::cli
