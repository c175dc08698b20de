#include "cli/commands/command.h"

namespace diotima::cli {

CLI::App* AddCommand(CLI::App* parent, const std::string& name, const std::string& description,
                     const std::string& examples) {
  CLI::App* command = parent->add_subcommand(name, description);
  std::string footer = "Examples:\n" + examples;
  footer +=
      "\nOptions of all commands: --store --graph --config --format --quiet --verbose\n"
      "(see `diotima --help`)\n";
  command->group("Commands")->footer(footer);
  return command;
}

CLI::Option* AddRepeated(CLI::App* command, const std::string& name,
                         std::vector<std::string>* values, const std::string& description,
                         const std::string& value_name) {
  return command->add_option(name, *values, description)
      ->allow_extra_args(false)
      ->type_name(value_name);
}

CLI::Option* AddChoice(CLI::App* command, const std::string& name, std::string* value,
                       const std::vector<std::string>& values, const std::string& description) {
  return command->add_option(name, *value, description)->check(CLI::IsMember(values));
}

}  // namespace diotima::cli
