// Completes a command line.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace diotima::cli {

// `words` are the words typed after the program's name, up to the one to complete. Prints a line
// `:files` if a file name may stand there, then the other candidates, one a line, each with a tab
// and a description. It never fails; on an error it prints less.
int PrintCompletions(const CLI::App& root, std::vector<std::string> words);

}  // namespace diotima::cli
