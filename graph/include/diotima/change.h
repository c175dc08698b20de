// Why a sample is part of an increment.
#pragma once

#include <diotima/export.h>

#include <cstdint>
#include <string_view>

namespace diotima {

// docs/semantics.md, "Resolve update".
enum class Change : uint8_t { kNew, kStale, kOrphaned };

// Returns "new", "stale" or "orphaned".
DIOTIMA_EXPORT std::string_view ChangeName(Change change);

}  // namespace diotima
