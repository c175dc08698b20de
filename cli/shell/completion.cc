#include "cli/shell/completion.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>

#include "cli/output/display_width.h"
#include "cli/report/definition_json.h"
#include "cli/report/graph_source.h"
#include "cli/shell/option_text.h"
#include "cli/shell/typed_words.h"

namespace diotima::cli {
namespace {

struct Candidate {
  std::string word;
  std::string description;
};

struct Candidates {
  std::vector<Candidate> words;
  bool files = false;
};

Candidates Features(const GraphSource& source, const std::string& end) {
  Candidates found;
  for (const auto& feature : source.graph.TopologicalOrder()) {
    const auto spec = source.graph.Get(feature);
    found.words.push_back({feature + end, spec.ok() ? (*spec)->description.value_or("") : ""});
  }
  return found;
}

Candidates Versions(const GraphSource& source, const std::vector<std::string>& features) {
  Candidates found;
  if (!source.store) return found;
  for (const auto& feature : features) {
    const auto info = source.store->Describe(feature, /*count_rows=*/false);
    if (!info.ok()) continue;
    std::string current;
    if (source.graph.Get(feature).ok()) {
      current = DefinitionJson(source.graph, feature, source.truncation_length)["feature_version"];
    }
    for (const auto& version : info->versions) {
      const bool is_current = version.feature_version == current;
      found.words.push_back({version.feature_version, is_current ? "current" : "of " + feature});
    }
  }
  return found;
}

Candidates Snapshots(const GraphSource& source) {
  Candidates found;
  if (!source.store) return found;
  const auto history = source.store->Snapshots();
  if (!history.ok()) return found;
  for (const auto& snapshot : *history) {
    found.words.push_back({snapshot.project_version, snapshot.current ? "pushed last" : ""});
  }
  return found;
}

// Configured ones; a path when none begins as what is typed.
Candidates Stores(const Session& session, const std::string& typed) {
  Candidates found;
  found.files = true;
  for (const auto& store : session.config().stores) {
    found.words.push_back({store.name, store.path});
    if (store.name.starts_with(typed)) found.files = false;
  }
  return found;
}

// What its value names. An argument is called after it, except those of `graph diff`.
std::string KindOf(const CLI::Option& option) {
  const std::string type = ValueName(option);
  return option.get_positional() && type == "TEXT" ? option.get_name(true) : type;
}

// What may be the value of `option`, of which `value` is typed.
Candidates Values(const CLI::Option& option, const std::string& value, const TypedWords& typed) {
  Candidates found;
  for (const auto& choice : ChoicesOf(option)) found.words.push_back({choice, ""});
  if (!found.words.empty()) return found;
  const std::string kind = KindOf(option);
  GlobalOptions options = typed.options;
  options.quiet = true;
  Session session(options);
  if (!session.Prepare().ok()) return found;
  if (kind == "NAME|PATH") return Stores(session, value);
  found.files = kind == "FILE" || kind == "DIR" || kind == "PATH" || kind == "TEXT";
  if (kind != "FEATURE" && kind != "FEATURE=TEXT" && kind != "VERSION" && kind != "SNAPSHOT") {
    return found;
  }
  const auto source = FindGraph(&session);
  if (!source.ok()) return found;
  if (kind == "SNAPSHOT") return Snapshots(*source);
  if (kind != "VERSION") return Features(*source, kind == "FEATURE" ? "" : "=");
  std::vector<std::string> features = typed.arguments;
  features.insert(features.end(), typed.features.begin(), typed.features.end());
  return Versions(*source, features);
}

// Its own and those of the program.
Candidates OptionNames(const CLI::App& command) {
  Candidates found;
  for (const CLI::App* at = &command; at != nullptr; at = at->get_parent()) {
    for (const CLI::Option* option : OptionsOf(*at)) {
      const std::string name = NamesOf(*option).back();
      if (FindOption(command, name) == option) {
        found.words.push_back({name, option->get_description()});
      }
    }
  }
  return found;
}

Candidates Commands(const CLI::App& app) {
  Candidates found;
  for (const CLI::App* command : CommandsOf(app)) {
    found.words.push_back({command->get_name(), command->get_description()});
  }
  return found;
}

Candidates Arguments(const std::string& word, const TypedWords& typed) {
  const auto arguments = ArgumentsOf(*typed.command);
  if (arguments.empty()) return OptionNames(*typed.command);
  const size_t at = typed.arguments.size();
  const CLI::Option& argument = *arguments[std::min(at, arguments.size() - 1)];
  if (at >= arguments.size() && !IsRepeated(argument)) return OptionNames(*typed.command);
  return Values(argument, word, typed);
}

Candidates Find(const CLI::App& root, const std::vector<std::string>& before,
                const std::string& word) {
  const TypedWords typed = ParseTyped(root, before);
  if (typed.unfinished != nullptr) return Values(*typed.unfinished, word, typed);
  if (!word.starts_with("-") || typed.only_arguments) {
    const bool has_commands = !CommandsOf(*typed.command).empty();
    return has_commands ? Commands(*typed.command) : Arguments(word, typed);
  }
  const size_t equals = word.find('=');
  if (equals == std::string::npos) return OptionNames(*typed.command);
  const CLI::Option* option = FindOption(*typed.command, word.substr(0, equals));
  if (option == nullptr || !TakesValue(*option)) return {};
  Candidates found = Values(*option, word.substr(equals + 1), typed);
  for (auto& candidate : found.words) candidate.word.insert(0, word.substr(0, equals + 1));
  return found;
}

}  // namespace

int PrintCompletions(const CLI::App& root, std::vector<std::string> words) {
  // Whatever there is to say, it would stand in the middle of what is being typed.
  if (std::freopen("/dev/null", "w", stderr) == nullptr) return 0;
  spdlog::set_level(spdlog::level::off);
  if (words.empty()) words.emplace_back();
  for (auto& word : words) word = Unquote(word);
  const std::string word = words.back();
  words.pop_back();
  const Candidates found = Find(root, words, word);
  if (found.files) std::puts(":files");
  for (const auto& candidate : found.words) {
    std::printf("%s\t%s\n", candidate.word.c_str(), OneLine(candidate.description).c_str());
  }
  return 0;
}

}  // namespace diotima::cli
