// Rows from a file, read by a thread of their own.
#pragma once

#include <diotima/text.h>

#include <memory>

#include "cli/input/input.h"

namespace diotima::cli {

// An open file, and who reads its rows: RowReader, or MultiReader where they are of several
// features. Its end ends a read that waits.
template <typename Reader>
struct InputOf {
  std::unique_ptr<Input> input;
  std::unique_ptr<Reader> rows;
};
using RowInput = InputOf<RowReader>;
using MultiInput = InputOf<MultiReader>;

// `format`: "jsonl", "csv", or empty: by the file's name, else JSON Lines.
Result<RowInput> OpenRows(const std::string& path, const std::string& format, ColumnTypes types);

// Lines {"feature": …, "row": {…}}. `types` is called by the thread that reads.
Result<MultiInput> OpenMultiRows(const std::string& path, FeatureTypes types);

}  // namespace diotima::cli
