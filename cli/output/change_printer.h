// Prints what resolve finds, in any format.
#pragma once

#include <diotima/store.h>

#include <map>
#include <string>
#include <vector>

#include "cli/output/output.h"
#include "cli/output/table.h"

namespace diotima::cli {

// JSON has `{"change": …, "row": {…}}`. CSV has these two columns, because new and stale rows have
// other columns than orphaned ones, and both are mixed. A table has the columns that occur among
// its first rows.
class ChangePrinter {
 public:
  ChangePrinter(Output* output, Format format);

  Status Print(Change change, const Row& row);
  Status End();

 private:
  using Cells = std::map<std::string, TableCell, std::less<>>;

  Status PrintCsv(Change change, const Row& row);
  Status AddToTable(Change change, const Row& row);
  Status StartTable();
  Status PrintCells(const Cells& cells);

  Output* const output_;
  const Format format_;
  JsonRecords records_;
  std::string line_, text_;
  std::vector<std::string> names_;  // of the table's columns, in the order they came
  std::vector<Cells> first_;        // rows kept until the table starts
  std::unique_ptr<Table> table_;
};

}  // namespace diotima::cli
