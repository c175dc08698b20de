// Prints rows of features, in any format.
#pragma once

#include <diotima/row.h>

#include <memory>

#include "cli/output/output.h"
#include "cli/output/table.h"

namespace diotima::cli {

class RowPrinter {
 public:
  // All rows have the columns of `schema`.
  RowPrinter(Output* output, Format format, const Schema& schema);

  Status Print(const Row& row);
  Status End();

 private:
  Output* const output_;
  const Format format_;
  JsonRecords records_;
  std::unique_ptr<Table> table_;
  std::string line_;
};

// Returns a value as a cell of a table.
TableCell CellOf(const Value& value);

}  // namespace diotima::cli
