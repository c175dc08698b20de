// Parses a command line that is still being typed.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/session.h"

namespace diotima::cli {

struct TypedWords {
  const CLI::App* command = nullptr;        // the innermost one
  const CLI::Option* unfinished = nullptr;  // the option whose value comes next
  std::vector<std::string> arguments;       // of `command`
  std::vector<std::string> features;        // of its options named --feature
  bool only_arguments = false;              // past `--`
  GlobalOptions options;
};

TypedWords ParseTyped(const CLI::App& root, const std::vector<std::string>& words);

// Returns the option of `command`, or else of one above it, that is named `name` (with its dashes);
// null if there is none.
const CLI::Option* FindOption(const CLI::App& command, const std::string& name);

// Returns `word` as a shell would pass it: without quotes, with `~/` and plain variables replaced.
// Runs no command.
std::string Unquote(const std::string& word);

}  // namespace diotima::cli
