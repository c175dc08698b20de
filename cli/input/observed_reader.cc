#include "cli/input/observed_reader.h"

#include <diotima/status_macros.h>

#include "cli/signals.h"

namespace diotima::cli {

Status ObserveBatch(size_t rows, const Input* input, Progress* progress) {
  if (input != nullptr) progress->SetBytes(input->position(), input->size());
  progress->Add(rows);
  return CheckInterrupt();
}

Result<bool> ObservedReader::Read(RowBatch* batch) {
  DIOTIMA_ASSIGN(const bool more, rows_->Read(batch));
  DIOTIMA_TRY(ObserveBatch(batch->rows(), input_, progress_));
  if (!more) progress_->AllRead();
  return more;
}

}  // namespace diotima::cli
