#include "cli/shell/help.h"

#include <algorithm>
#include <sstream>

#include "cli/output/display_width.h"
#include "cli/shell/option_text.h"

namespace diotima::cli {
namespace {

constexpr size_t kOptionColumn = 30;
constexpr size_t kCommandColumn = 14;

size_t HelpWidth() {
  const size_t terminal = TerminalWidth();
  return terminal == 0 ? 80 : std::clamp<size_t>(terminal, 60, 100);
}

// `term`, and from `column` on `text`, in lines that fit `width`.
std::string Entry(const std::string& term, const std::string& text, size_t column, size_t width) {
  std::string out = "  " + term;
  size_t used = DisplayWidth(out);
  if (used + 2 > column) {
    out += '\n';
    used = 0;
  }
  std::istringstream words(text);
  bool begins_line = true;
  for (std::string word; words >> word;) {
    if (!begins_line && used + 1 + DisplayWidth(word) > width) {
      out += '\n';
      used = 0;
      begins_line = true;
    }
    out.append(begins_line ? column - used : 1, ' ');
    out += word;
    used = (begins_line ? column : used + 1) + DisplayWidth(word);
    begins_line = false;
  }
  return out + '\n';
}

}  // namespace

HelpFormatter::HelpFormatter() : width_(HelpWidth()) { label("Positionals", "Arguments"); }

std::string HelpFormatter::make_usage(const CLI::App* command, std::string /*name*/) const {
  return "\nUsage: " + UsageOf(*command) + "\n";
}

std::string HelpFormatter::make_option(const CLI::Option* option, bool /*is_positional*/) const {
  return Entry(TermOf(*option), DescriptionOf(*option), kOptionColumn, width_);
}

std::string HelpFormatter::make_subcommand(const CLI::App* command) const {
  return Entry(command->get_name(), command->get_description(), kCommandColumn, width_);
}

std::string HelpFormatter::make_footer(const CLI::App* command) const {
  return command->get_footer();
}

}  // namespace diotima::cli
