// What there is to say of commands and options: for help, the manual and completion.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace diotima::cli {

std::vector<const CLI::App*> CommandsOf(const CLI::App& app);
std::vector<const CLI::Option*> OptionsOf(const CLI::App& command);
std::vector<const CLI::Option*> ArgumentsOf(const CLI::App& command);

// "diotima graph render"
std::string FullName(const CLI::App& command);
// "diotima read [OPTIONS] FEATURE"
std::string UsageOf(const CLI::App& command);
// The lines of its examples, each indented and with an end.
std::string ExamplesOf(const CLI::App& command);

// "-h", "--help"; none for an argument.
std::vector<std::string> NamesOf(const CLI::Option& option);
bool TakesValue(const CLI::Option& option);
bool IsRepeated(const CLI::Option& option);
// The values it may have, where those are few.
std::vector<std::string> ChoicesOf(const CLI::Option& option);
// What stands for its value: "FILE", "none|both"; empty for a flag.
std::string ValueName(const CLI::Option& option);
// "-h, --help", "--cascade none|both", "FEATURE ..."
std::string TermOf(const CLI::Option& option);
// Its description, with what is required.
std::string DescriptionOf(const CLI::Option& option);

}  // namespace diotima::cli
