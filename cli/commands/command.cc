#include "cli/commands/command.h"

#include <charconv>

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

CLI::Validator AtLeast(uint64_t least) {
  return CLI::Validator(
      [least](const std::string& text) -> std::string {
        uint64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc() && end == text.data() + text.size() && number >= least) return "";
        return "must be a whole number of at least " + std::to_string(least) + ", not '" + text +
               "'";
      },
      "");
}

CLI::Option* AddChoice(CLI::App* command, const std::string& name, std::string* value,
                       const std::vector<std::string>& values, const std::string& description) {
  return command->add_option(name, *value, description)->check(CLI::IsMember(values));
}

}  // namespace diotima::cli
