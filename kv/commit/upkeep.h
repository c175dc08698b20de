// What is kept of versions of features since rows were removed, or may go by themselves.
#pragma once

#include "kv/catalog/draft.h"
#include "kv/core.h"

namespace diotima {

// `draft` removes stored rows of a version: from here on, and until the version has been compacted,
// compaction removes none of its history by itself, as it might see rows as newer ones that are
// gone. Requires commit_mutex.
void NoteRemoval(StoreCore* core, uint32_t feature, uint32_t version, CatalogDraft* draft);

// Moves the horizons of features that have a retention by age, where they lag, and hands them to
// compaction. Requires commit_mutex.
Status RenewExpiry(StoreCore* core);

// The versions' removed rows are in no file any more. Requires commit_mutex.
Status NoteCompacted(StoreCore* core, const std::vector<std::pair<uint32_t, uint32_t>>& versions);

}  // namespace diotima
