// `completion`: scripts for shells, made from the commands themselves.
#include "cli/command.h"
#include "codec/status_macros.h"

namespace diotima::cli {
namespace {

struct Words {
  std::string path;  // "graph render"; empty: the program
  std::vector<std::string> commands;
  std::vector<std::string> options;
};

void AppendOptions(const CLI::App& app, std::vector<std::string>* out) {
  for (const CLI::Option* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) out->push_back("--" + name);
    for (const auto& name : option->get_snames()) out->push_back("-" + name);
  }
}

// The words that may follow each command.
void Collect(const CLI::App& root, const CLI::App& app, const std::string& path,
             std::vector<Words>* out) {
  Words words;
  words.path = path;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    words.commands.push_back(command->get_name());
  }
  AppendOptions(app, &words.options);
  if (&app != &root) AppendOptions(root, &words.options);
  std::sort(words.options.begin(), words.options.end());
  words.options.erase(std::unique(words.options.begin(), words.options.end()), words.options.end());
  out->push_back(words);
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    const std::string next = path.empty() ? command->get_name() : path + " " + command->get_name();
    Collect(root, *command, next, out);
  }
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// Lines `  "graph render") words="…" ;;` of a case over the command that was typed.
std::string Cases(const std::vector<Words>& all) {
  std::string text;
  for (const auto& words : all) {
    text += "    \"" + words.path + "\") commands=\"" + Join(words.commands) + "\" options=\"" +
            Join(words.options) + "\" ;;\n";
  }
  return text;
}

std::string KnownPaths(const std::vector<Words>& all) {
  std::string text;
  for (const auto& words : all) {
    if (!words.path.empty()) text += (text.empty() ? "\"" : "|\"") + words.path + "\"";
  }
  return text;
}

std::string BashScript(const std::vector<Words>& all) {
  return "# bash completion for diotima: source <(diotima completion bash)\n"
         "_diotima() {\n"
         "  local word path=\"\" next commands=\"\" options=\"\" i\n"
         "  COMPREPLY=()\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    word=\"${COMP_WORDS[i]}\"\n"
         "    next=\"${path:+$path }$word\"\n"
         "    case \"$next\" in\n    " +
         KnownPaths(all) +
         ") path=\"$next\" ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$path\" in\n" +
         Cases(all) +
         "  esac\n"
         "  word=\"${COMP_WORDS[COMP_CWORD]}\"\n"
         "  if [[ \"$word\" == -* ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
         "  else\n"
         "    COMPREPLY=($(compgen -W \"$commands\" -- \"$word\"))\n"
         "  fi\n"
         "}\n"
         "complete -o default -F _diotima diotima\n";
}

std::string ZshScript(const std::vector<Words>& all) {
  return "#compdef diotima\n"
         "# zsh completion for diotima: source <(diotima completion zsh)\n"
         "_diotima() {\n"
         "  local word at=\"\" next commands=\"\" options=\"\"\n"
         "  for word in \"${words[@]:1:$((CURRENT - 2))}\"; do\n"
         "    next=\"${at:+$at }$word\"\n"
         "    case \"$next\" in\n    " +
         KnownPaths(all) +
         ") at=\"$next\" ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$at\" in\n" +
         Cases(all) +
         "  esac\n"
         "  if [[ \"${words[CURRENT]}\" == -* ]]; then\n"
         "    compadd -- ${=options}\n"
         "  else\n"
         "    compadd -- ${=commands}\n"
         "    _files\n"
         "  fi\n"
         "}\n"
         "# As a file of $fpath it is the function's body; sourced, it defines it.\n"
         "if [[ \"${funcstack[1]}\" == _diotima ]]; then\n"
         "  _diotima \"$@\"\n"
         "else\n"
         "  compdef _diotima diotima\n"
         "fi\n";
}

std::string FishScript(const std::vector<Words>& all) {
  std::string text = "# fish completion for diotima: diotima completion fish | source\n";
  for (const auto& words : all) {
    std::string condition;
    for (size_t begin = 0; begin < words.path.size();) {
      const size_t end = std::min(words.path.find(' ', begin), words.path.size());
      condition += (condition.empty() ? "" : "; and ") +
                   ("__fish_seen_subcommand_from " + words.path.substr(begin, end - begin));
      begin = end + 1;
    }
    if (condition.empty()) condition = "__fish_use_subcommand";
    const std::string start = "complete -c diotima -n '" + condition + "' ";
    if (!words.commands.empty()) text += start + "-f -a '" + Join(words.commands) + "'\n";
    for (const auto& option : words.options) {
      const bool is_long = option.starts_with("--");
      text += start + (is_long ? "-l " + option.substr(2) : "-s " + option.substr(1)) + "\n";
    }
  }
  return text;
}

}  // namespace

void AddCompletion(CLI::App* root, Run* run) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = AddCommand(root, "completion", "Print a completion script for a shell",
                                 "  source <(diotima completion bash)\n"
                                 "  diotima completion fish | source\n");
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([=] {
    *run = [=](Session* session) {
      std::vector<Words> all;
      Collect(*root, *root, "", &all);
      return session->output()->Write(*shell == "bash"  ? BashScript(all)
                                      : *shell == "zsh" ? ZshScript(all)
                                                        : FishScript(all));
    };
  });
}

}  // namespace diotima::cli
