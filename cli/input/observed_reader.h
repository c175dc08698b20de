// Counts input rows for the progress line, and ends the input on Ctrl-C.
#pragma once

#include <diotima/row.h>

#include "cli/input/input.h"
#include "cli/output/progress.h"

namespace diotima::cli {

class ObservedReader : public RowReader {
 public:
  // Borrows its arguments; `input` may be null.
  ObservedReader(RowReader* rows, const Input* input, Progress* progress)
      : rows_(rows), input_(input), progress_(progress) {}

  Result<bool> Read(RowBatch* batch) override;

 private:
  RowReader* const rows_;
  const Input* const input_;
  Progress* const progress_;
};

// Counts a batch. Returns an error when a signal came.
Status ObserveBatch(size_t rows, const Input* input, Progress* progress);

}  // namespace diotima::cli
