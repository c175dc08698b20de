#include "cli/shell/manual.h"

#include <diotima/store.h>

#include <cstdint>
#include <cstdio>

#include "cli/output/display_width.h"
#include "cli/shell/option_text.h"

namespace diotima::cli {
namespace {

struct Item {
  const char* term;
  const char* text;
};

constexpr Item kFiles[] = {
    {"diotima.toml",
     "The configuration: default_store, graph, and a table [stores.NAME] of each store with path, "
     "fallback_stores, hash_algorithm, hash_truncation_length, materialization_id and read_only. "
     "It is looked for in the current directory and those above. Paths in it are relative to it; "
     "${VAR} and ${VAR:-default} stand for variables of the environment."},
};
constexpr Item kEnvironment[] = {
    {"DIOTIMA_STORE", "The store, where --store does not name one."},
    {"DIOTIMA_CONFIG", "The configuration, where --config does not name one."},
    {"NO_COLOR", "When it is set and not empty, nothing is coloured."},
};
constexpr Item kExitStatus[] = {
    {"0", "Done."},
    {"1", "Failed: not found, bad data, a full disk, not in sync. Nothing was changed."},
    {"2", "Wrong usage."},
    {"130, 143", "Interrupted by Ctrl-C, or by SIGTERM. What was not committed is not there."},
};

// What roff would take for a sign of its own, or would set as another character.
const char* Escaped(char c) {
  switch (c) {
    case '\\':
      return "\\(rs";
    case '-':
      return "\\-";
    case '\'':
      return "\\(aq";
    case '`':
      return "\\(ga";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    case '"':
      return "\\(dq";
    default:
      return nullptr;
  }
}

// Code points past ASCII are spelled out: not every roff reads UTF-8.
std::string Escape(const std::string& text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const bool begins_line = at == 0 || text[at - 1] == '\n';
    if (begins_line && text[at] == '.') out += "\\&";
    const size_t begin = at;
    const char32_t point = DecodePoint(text, &at);
    const char* escaped = Escaped(text[begin]);
    if (point >= 0x80) {
      char name[16];
      std::snprintf(name, sizeof name, "\\[u%04X]", static_cast<unsigned>(point));
      out += name;
    } else if (escaped != nullptr) {
      out += escaped;
    } else {
      out += text[begin];
    }
  }
  return out;
}

std::string Section(const std::string& title) { return ".SH " + title + "\n"; }

std::string Entry(const std::string& term, const std::string& text) {
  return ".TP\n.B " + Escape(term) + "\n" + Escape(text) + "\n";
}

template <size_t kCount>
std::string Entries(const std::string& title, const Item (&items)[kCount]) {
  std::string text = Section(title);
  for (const auto& item : items) text += Entry(item.term, item.text);
  return text;
}

std::string Options(const CLI::App& command) {
  std::string text;
  for (const CLI::Option* argument : ArgumentsOf(command)) {
    text += Entry(TermOf(*argument), DescriptionOf(*argument));
  }
  for (const CLI::Option* option : OptionsOf(command)) {
    const bool is_help = option == command.get_help_ptr() && command.get_parent() != nullptr;
    if (!is_help) text += Entry(TermOf(*option), DescriptionOf(*option));
  }
  return text;
}

std::string Examples(const CLI::App& command) {
  const std::string lines = ExamplesOf(command);
  return lines.empty() ? "" : ".PP\nExamples:\n.PP\n.EX\n" + Escape(lines) + ".EE\n";
}

// Those within others too, each after the one it is in.
std::string CommandSections(const CLI::App& app) {
  std::string text;
  for (const CLI::App* command : CommandsOf(app)) {
    text += ".SS " + Escape(UsageOf(*command)) + "\n";
    text += Escape(command->get_description()) + ".\n";
    text += Options(*command) + Examples(*command) + CommandSections(*command);
  }
  return text;
}

}  // namespace

int PrintManual(const CLI::App& root) {
  const std::string version = VersionText();
  std::string text = ".TH DIOTIMA 1 \"\" \"" + Escape(version.substr(0, version.find('\n'))) +
                     "\" \"User Commands\"\n";
  text += Section("NAME") + "diotima \\- " + Escape(root.get_description()) + "\n";
  text += Section("SYNOPSIS") + ".B " + Escape(UsageOf(root)) + "\n";
  text += Section("DESCRIPTION");
  text += Escape(
      "Diotima keeps, for each sample of each feature of a graph, which version of code and data "
      "it "
      "was made of, and so tells what is to be computed again when either changes. A store is a "
      "directory. The current graph is --graph, or else the configuration's, or else the last one "
      "pushed to the store.\n");
  text += ".PP\n";
  text += Escape(
      "Standard output carries data alone; messages and progress go to standard error. A command "
      "that fails says why on one line and has changed nothing.\n");
  text += Section("OPTIONS") + "They may stand before or after the command.\n" + Options(root);
  text += Section("COMMANDS") + CommandSections(root);
  text += Entries("FILES", kFiles) + Entries("ENVIRONMENT", kEnvironment);
  text += Entries("EXIT STATUS", kExitStatus);
  const std::string examples = ExamplesOf(root);
  text += Section("EXAMPLES") + ".EX\n" + Escape(examples) + ".EE\n";
  return std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace diotima::cli
