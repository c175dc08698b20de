// ResolveUpdate: from a feature and the caller's options to an increment over the store's rows.
#pragma once

#include <diotima/cursor.h>

#include <memory>
#include <string>

#include "kv/core.h"

namespace diotima {

Result<UpdateCursor> ResolveUpdate(const std::shared_ptr<StoreCore>& core, std::string_view feature,
                                   const ResolveOptions& options);

Result<std::string> ExplainUpdate(const StoreCore* core, std::string_view feature,
                                  const ResolveOptions& options);

}  // namespace diotima
