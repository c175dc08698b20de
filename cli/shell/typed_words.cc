#include "cli/shell/typed_words.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "cli/shell/option_text.h"

namespace diotima::cli {
namespace {

std::string Variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

// What the variable at `*at`, where a `$` is, holds; `*at` moves past its name.
std::string ExpandVariable(const std::string& word, size_t* at) {
  const bool braces = word.compare(*at + 1, 1, "{") == 0;
  const size_t begin = *at + (braces ? 2 : 1);
  size_t end = begin;
  while (end < word.size() && (std::isalnum(word[end]) != 0 || word[end] == '_')) ++end;
  const bool closed = !braces || word.compare(end, 1, "}") == 0;
  if (end == begin || !closed) {
    ++*at;
    return "$";
  }
  *at = end + (braces ? 1 : 0);
  return Variable(word.substr(begin, end - begin));
}

const CLI::App* FindCommand(const CLI::App& app, const std::string& name) {
  for (const CLI::App* command : CommandsOf(app)) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

void TakeValue(const CLI::Option& option, const std::string& value, TypedWords* typed) {
  const std::string name = NamesOf(option).back();
  if (name == "--store") typed->options.store = value;
  if (name == "--config") typed->options.config = value;
  if (name == "--graph") typed->options.graphs.push_back(value);
  if (name == "--feature") typed->features.push_back(value);
}

void TakeOption(const std::string& word, TypedWords* typed) {
  const size_t equals = word.starts_with("--") ? word.find('=') : std::string::npos;
  const CLI::Option* option = FindOption(*typed->command, word.substr(0, equals));
  if (option == nullptr || !TakesValue(*option)) return;
  if (equals == std::string::npos) {
    typed->unfinished = option;
  } else {
    TakeValue(*option, word.substr(equals + 1), typed);
  }
}

}  // namespace

const CLI::Option* FindOption(const CLI::App& command, const std::string& name) {
  for (const CLI::App* at = &command; at != nullptr; at = at->get_parent()) {
    for (const CLI::Option* option : OptionsOf(*at)) {
      const std::vector<std::string> names = NamesOf(*option);
      if (std::find(names.begin(), names.end(), name) != names.end()) return option;
    }
  }
  return nullptr;
}

TypedWords ParseTyped(const CLI::App& root, const std::vector<std::string>& words) {
  TypedWords typed;
  typed.command = &root;
  for (const auto& word : words) {
    if (typed.unfinished != nullptr) {
      TakeValue(*typed.unfinished, word, &typed);
      typed.unfinished = nullptr;
    } else if (word == "--") {
      typed.only_arguments = true;
    } else if (word.size() > 1 && word[0] == '-' && !typed.only_arguments) {
      TakeOption(word, &typed);
    } else if (const CLI::App* command = FindCommand(*typed.command, word)) {
      typed.command = command;
    } else {
      typed.arguments.push_back(word);
    }
  }
  return typed;
}

std::string Unquote(const std::string& word) {
  std::string out;
  char quote = '\0';
  for (size_t at = 0; at < word.size();) {
    const char c = word[at];
    if (c == '$' && quote != '\'') {
      out += ExpandVariable(word, &at);
      continue;
    }
    ++at;
    if (c == '\\' && quote != '\'' && at < word.size()) {
      out += word[at++];
    } else if (quote == '\0' ? c == '"' || c == '\'' : c == quote) {
      quote = quote == '\0' ? c : '\0';
    } else {
      out += at == 1 && c == '~' && word.compare(1, 1, "/") == 0 ? Variable("HOME")
                                                                 : std::string(1, c);
    }
  }
  return out;
}

}  // namespace diotima::cli
