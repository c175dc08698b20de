// ResolveUpdate: from a feature and the caller's options to an increment over the store's rows.
#pragma once

#include "kv/core.h"

namespace diotima {

Result<UpdateCursor> ResolveUpdate(StoreCore* core, std::string_view feature,
                                   const ResolveOptions& options);

Result<std::string> ExplainUpdate(StoreCore* core, std::string_view feature,
                                  const ResolveOptions& options);

}  // namespace diotima
