// Writes rows. docs/semantics.md, "Write".
#pragma once

#include <diotima/store.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kv/core.h"

namespace diotima {

Result<Commit> BeginCommit(const std::shared_ptr<StoreCore>& core, const WriteOptions& options);
// Both write in one commit. WriteBatches tries again when another commit defines the same columns
// at the same time.
Result<WriteResult> WriteRows(const std::shared_ptr<StoreCore>& core, std::string_view feature,
                              RowReader* rows, const WriteOptions& options);
Result<WriteResult> WriteBatches(const std::shared_ptr<StoreCore>& core,
                                 const std::vector<std::pair<std::string, const RowBatch*>>& rows,
                                 const WriteOptions& options);

}  // namespace diotima
