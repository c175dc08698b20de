// Reads rows from a file, in a thread of its own.
#pragma once

#include <diotima/text.h>

#include <memory>

#include "cli/input/input.h"

namespace diotima::cli {

// An open file and the reader of its rows: a RowReader, or a MultiReader for rows of several
// features. The destructor ends a waiting read.
template <typename Reader>
struct InputOf {
  std::unique_ptr<Input> input;
  std::unique_ptr<Reader> rows;
};
using RowInput = InputOf<RowReader>;
using MultiInput = InputOf<MultiReader>;

// `format` is "jsonl" or "csv"; empty: the file's name decides, else JSON Lines.
Result<RowInput> OpenRows(const std::string& path, const std::string& format, ColumnTypes types);

// Opens lines {"feature": …, "row": {…}}. The reading thread calls `types`.
Result<MultiInput> OpenMultiRows(const std::string& path, FeatureTypes types);

}  // namespace diotima::cli
