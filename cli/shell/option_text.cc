#include "cli/shell/option_text.h"

#include <algorithm>

#include "codec/base/messages.h"

namespace diotima::cli {
namespace {

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

}  // namespace

std::vector<const CLI::App*> CommandsOf(const CLI::App& app) { return app.get_subcommands({}); }

std::vector<const CLI::Option*> OptionsOf(const CLI::App& command) {
  return command.get_options([](const CLI::Option* option) { return option->nonpositional(); });
}

std::vector<const CLI::Option*> ArgumentsOf(const CLI::App& command) {
  return command.get_options([](const CLI::Option* option) { return option->get_positional(); });
}

std::string FullName(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return parent == nullptr ? command.get_name() : FullName(*parent) + " " + command.get_name();
}

std::string UsageOf(const CLI::App& command) {
  std::string text = FullName(command) + " [OPTIONS]";
  for (const CLI::Option* argument : ArgumentsOf(command)) {
    const std::string name = argument->get_name(true) + (IsRepeated(*argument) ? "..." : "");
    text += argument->get_required() ? " " + name : " [" + name + "]";
  }
  return text + (CommandsOf(command).empty() ? "" : " COMMAND");
}

std::string ExamplesOf(const CLI::App& command) {
  const std::string footer = command.get_footer();
  const std::string title = "Examples:\n";
  if (!footer.starts_with(title)) return "";
  const size_t end = std::min(footer.find("\n\n"), footer.size() - 1);
  return footer.substr(title.size(), end + 1 - title.size());
}

std::vector<std::string> NamesOf(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const auto& name : option.get_snames()) names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

bool TakesValue(const CLI::Option& option) { return option.get_items_expected_min() > 0; }

bool IsRepeated(const CLI::Option& option) {
  return option.get_expected_max() >= CLI::detail::expected_max_vector_size;
}

// CLI11 keeps them in the name of the type alone: "TEXT:{a,b}".
std::vector<std::string> ChoicesOf(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const size_t begin = type.find('{'), end = type.find('}');
  if (begin != std::string::npos && end != std::string::npos) {
    return Split(type.substr(begin + 1, end - begin - 1), ',');
  }
  const bool is_list = type.find_first_not_of("abcdefghijklmnopqrstuvwxyz|") == std::string::npos;
  return is_list && !type.empty() ? Split(type, '|') : std::vector<std::string>();
}

std::string ValueName(const CLI::Option& option) {
  if (!TakesValue(option)) return "";
  const std::vector<std::string> choices = ChoicesOf(option);
  if (!choices.empty()) return Join(choices, "|");
  const std::string type = option.get_type_name();
  const std::string name = type.substr(0, type.find(':'));
  return name == "UINT" || name == "INT" ? "N" : name;
}

std::string TermOf(const CLI::Option& option) {
  std::string text;
  if (option.get_positional()) {
    text = option.get_name(true);
  } else {
    text = Join(NamesOf(option), ", ");
    const std::string value = ValueName(option);
    if (!value.empty()) text += " " + value;
  }
  return text + (IsRepeated(option) ? " ..." : "");
}

std::string DescriptionOf(const CLI::Option& option) {
  const bool says_so = option.get_required() && !option.get_positional();
  return option.get_description() + (says_so ? " (required)" : "");
}

}  // namespace diotima::cli
