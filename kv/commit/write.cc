#include "kv/commit/write.h"

#include <diotima/status_macros.h>

#include "kv/commit/commit.h"

namespace diotima {

Result<Commit> BeginCommit(const std::shared_ptr<StoreCore>& core, const WriteOptions& options) {
  DIOTIMA_TRY(core->CheckWritable());
  return Commit(std::make_unique<Commit::Impl>(core, options));
}

Result<WriteResult> WriteRows(const std::shared_ptr<StoreCore>& core, std::string_view feature,
                              RowReader* rows, const WriteOptions& options) {
  DIOTIMA_ASSIGN(Commit commit, BeginCommit(core, options));
  RowBatch batch;
  bool any = false;
  for (;;) {
    DIOTIMA_ASSIGN(const bool more, rows->Read(&batch));
    if (!more) break;
    any = true;
    DIOTIMA_TRY(commit.Append(feature, batch));
  }
  if (!any) DIOTIMA_TRY(commit.Append(feature, RowBatch()));
  return commit.Finish();
}

Result<WriteResult> WriteBatches(const std::shared_ptr<StoreCore>& core,
                                 const std::vector<std::pair<std::string, const RowBatch*>>& rows,
                                 const WriteOptions& options) {
  // Of two commits that define the same new columns at the same time, one comes first.
  constexpr int kAttempts = 16;
  for (int attempt = 1;; ++attempt) {
    DIOTIMA_ASSIGN(Commit commit, BeginCommit(core, options));
    for (const auto& [feature, batch] : rows) DIOTIMA_TRY(commit.Append(feature, *batch));
    auto result = commit.Finish();
    if (result.ok() || result.status().code() != StatusCode::kConflict || attempt == kAttempts) {
      return result;
    }
  }
}

}  // namespace diotima
