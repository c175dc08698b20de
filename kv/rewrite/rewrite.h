// The operations that scan stored rows and commit a consequence. docs/semantics.md says what each
// means, diotima/store.h what it returns.
#pragma once

#include <diotima/results.h>

#include <string>
#include <string_view>
#include <vector>

#include "kv/core.h"

namespace diotima {

Result<DeleteResult> Delete(const StoreCore* core, const std::vector<std::string>& features,
                            const DeleteOptions& options);
Result<WriteResult> Undelete(const StoreCore* core, const std::string& feature,
                             const UndeleteOptions& options);
Result<WriteResult> Drop(const StoreCore* core, const std::string& feature, bool dry_run);
Result<PurgeResult> Purge(const StoreCore* core, const PurgeOptions& options);
Result<WriteResult> Rebase(const StoreCore* core, std::string_view feature,
                           const RebaseOptions& options);
Result<AlterResult> Alter(const StoreCore* core, const std::string& feature,
                          const AlterOptions& options);
Result<CopyResult> CopyFrom(const StoreCore* to, const StoreCore* from, const CopyOptions& options);

}  // namespace diotima
