// Copies between stores, and rebases (docs/semantics.md, "Rebase", "Copy").
#pragma once

#include "kv/core.h"

namespace diotima {

Result<CopyResult> CopyFrom(StoreCore* to, StoreCore* from, const CopyOptions& options);
Result<WriteResult> Rebase(StoreCore* core, std::string_view feature, const RebaseOptions& options);

}  // namespace diotima
