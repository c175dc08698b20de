// Prints tables for people.
#pragma once

#include <string>
#include <vector>

#include "cli/output/output.h"

namespace diotima::cli {

struct TableCell {
  std::string text;     // on one line
  bool number = false;  // aligned to the right
  Colour colour = Colour::kNone;
};

// Columns are as wide as the first thousand rows need, and cut if the terminal is narrower. Later
// rows stream.
class Table {
 public:
  // `header` may be empty: a table without one.
  Table(Output* output, std::vector<std::string> header);

  Status AddRow(std::vector<TableCell> cells);
  Status End();

 private:
  static constexpr size_t kMeasuredRows = 1000;

  void Measure();
  void FitTerminal();
  Status PrintHeader();
  Status PrintRow(const std::vector<TableCell>& cells, bool bold);
  Status PrintMeasured();

  Output* const output_;
  const std::vector<std::string> header_;
  const size_t terminal_width_;
  const bool colour_;
  std::vector<std::vector<TableCell>> rows_;  // not yet printed
  std::vector<size_t> widths_;                // of the columns shown; empty until measured
  bool leaves_out_ = false;                   // columns that the terminal has no room for
};

// Returns whether colours may be printed to `descriptor`.
bool UseColour(int descriptor);

}  // namespace diotima::cli
