#include "kv/rewrite/removal_runs.h"

#include <diotima/status_macros.h>

namespace diotima {

Status RemovalRuns::Remove(std::string_view key) {
  if (run_ < kLongestOfSingles) {
    if (keys_.size() == run_) keys_.emplace_back();
    keys_[run_] = key;
  } else {
    last_ = key;
  }
  ++run_;
  return Status::Ok();
}

Status RemovalRuns::EndRun() {
  const size_t rows = run_;
  run_ = 0;
  if (rows <= kLongestOfSingles) {
    for (size_t i = 0; i < rows; ++i) DIOTIMA_TRY(set_->Remove(keys_[i]));
    return Status::Ok();
  }
  last_.push_back('\0');  // the end is not part of the range
  return set_->RemoveRange({keys_[0], last_}, rows);
}

}  // namespace diotima
