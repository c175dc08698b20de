// Describes commands and options, for help, the manual and completion.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace diotima::cli {

std::vector<const CLI::App*> CommandsOf(const CLI::App& app);
std::vector<const CLI::Option*> OptionsOf(const CLI::App& command);
std::vector<const CLI::Option*> ArgumentsOf(const CLI::App& command);

// Returns "diotima graph render".
std::string FullName(const CLI::App& command);
// Returns "diotima read [OPTIONS] FEATURE".
std::string UsageOf(const CLI::App& command);
// Returns the lines of its examples, each indented and with a newline.
std::string ExamplesOf(const CLI::App& command);

// Returns "-h" and "--help"; nothing for an argument.
std::vector<std::string> NamesOf(const CLI::Option& option);
bool TakesValue(const CLI::Option& option);
bool IsRepeated(const CLI::Option& option);
// Returns the values that an option may have, if they are few.
std::vector<std::string> ChoicesOf(const CLI::Option& option);
// Returns what stands for its value: "FILE", "none|both"; empty for a flag.
std::string ValueName(const CLI::Option& option);
// Returns "-h, --help", "--cascade none|both" or "FEATURE ...".
std::string TermOf(const CLI::Option& option);
// Returns its description, and whether it is required.
std::string DescriptionOf(const CLI::Option& option);

}  // namespace diotima::cli
