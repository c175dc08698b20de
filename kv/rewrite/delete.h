// Soft and hard deletes (docs/semantics.md, "Delete").
#pragma once

#include "kv/core.h"

namespace diotima {

Result<DeleteResult> Delete(StoreCore* core, const std::vector<std::string>& features,
                            const DeleteOptions& options);

}  // namespace diotima
