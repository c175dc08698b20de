#include "cli/output/table.h"

#include <diotima/status_macros.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "cli/output/display_width.h"

namespace diotima::cli {
namespace {

constexpr size_t kGap = 2;

// The text between the escape sequences of a colour.
std::string Coloured(const std::string& text, Colour colour) {
  const char* code = "";
  if (colour == Colour::kRed) code = "31";
  if (colour == Colour::kGreen) code = "32";
  if (colour == Colour::kYellow) code = "33";
  if (colour == Colour::kMagenta) code = "35";
  return *code == '\0' ? text : "\x1b[" + std::string(code) + "m" + text + "\x1b[0m";
}

}  // namespace

bool UseColour(int descriptor) {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return isatty(descriptor) != 0 && (no_colour == nullptr || *no_colour == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

Table::Table(Output* output, std::vector<std::string> header)
    : output_(output),
      header_(std::move(header)),
      terminal_width_(TerminalWidth()),
      colour_(UseColour(STDOUT_FILENO)) {}

Status Table::AddRow(std::vector<TableCell> cells) {
  if (!widths_.empty()) return PrintRow(cells, false);
  rows_.push_back(std::move(cells));
  return rows_.size() < kMeasuredRows ? Status::Ok() : PrintMeasured();
}

Status Table::End() { return widths_.empty() ? PrintMeasured() : Status::Ok(); }

void Table::Measure() {
  for (const auto& name : header_) widths_.push_back(DisplayWidth(name));
  for (const auto& row : rows_) {
    widths_.resize(std::max(widths_.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) {
      widths_[i] = std::max(widths_[i], DisplayWidth(row[i].text));
    }
  }
}

// The widest columns give way first; where that is not enough, the last ones are left out.
void Table::FitTerminal() {
  if (terminal_width_ == 0 || widths_.empty()) return;
  auto total = [&] {
    return std::accumulate(widths_.begin(), widths_.end(), kGap * (widths_.size() - 1));
  };
  constexpr size_t kNarrow = 10;
  while (total() > terminal_width_) {
    const auto widest = std::max_element(widths_.begin(), widths_.end());
    if (*widest <= kNarrow) break;
    --*widest;
  }
  while (widths_.size() > 1 && total() + (leaves_out_ ? kGap + 1 : 0) > terminal_width_) {
    widths_.pop_back();
    leaves_out_ = true;
  }
}

Status Table::PrintHeader() {
  if (header_.empty()) return Status::Ok();
  std::vector<TableCell> cells;
  for (size_t i = 0; i < header_.size(); ++i) {
    const bool number = std::any_of(rows_.begin(), rows_.end(), [&](const auto& row) {
      return i < row.size() && row[i].number;
    });
    cells.push_back({header_[i], number});
  }
  return PrintRow(cells, colour_);
}

Status Table::PrintRow(const std::vector<TableCell>& cells, bool bold) {
  std::string line;
  size_t used = 0;
  for (size_t i = 0; i < cells.size() && i < widths_.size(); ++i) {
    if (terminal_width_ != 0 && used + 1 > terminal_width_) break;
    const size_t room =
        terminal_width_ == 0 ? widths_[i] : std::min(widths_[i], terminal_width_ - used);
    const std::string text = terminal_width_ == 0 ? cells[i].text : CutToWidth(cells[i].text, room);
    const size_t width = DisplayWidth(text);
    const std::string fill(room > width ? room - width : 0, ' ');
    const std::string shown = colour_ ? Coloured(text, cells[i].colour) : text;
    line += cells[i].number ? fill + shown : shown + fill;
    if (i + 1 < cells.size()) line.append(kGap, ' ');
    used += room + kGap;
  }
  if (leaves_out_) line += "…";
  line.erase(line.find_last_not_of(' ') + 1);
  if (bold) line = "\x1b[1m" + line + "\x1b[0m";
  return output_->Write(line + "\n");
}

Status Table::PrintMeasured() {
  Measure();
  FitTerminal();
  DIOTIMA_TRY(PrintHeader());
  for (const auto& row : rows_) DIOTIMA_TRY(PrintRow(row, false));
  rows_.clear();
  return Status::Ok();
}

}  // namespace diotima::cli
