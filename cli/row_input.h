// Rows of one feature from a file.
#pragma once

#include <diotima/text.h>

#include <memory>

#include "cli/input.h"

namespace diotima::cli {

struct RowInput {
  std::unique_ptr<Input> input;
  std::unique_ptr<RowReader> rows;
};

// `format`: "jsonl", "csv", or empty: by the file's name, else JSON Lines.
Result<RowInput> OpenRows(const std::string& path, const std::string& format, ColumnTypes types);

}  // namespace diotima::cli
