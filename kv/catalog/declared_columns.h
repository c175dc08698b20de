// Brings the columns that a definition declares together with those that are stored.
#pragma once

#include "kv/catalog/feature_draft.h"

namespace diotima {

// Gives a draft the columns that a definition declares, as FeatureDraft::TakeDeclared does. Counts
// the stored rows where that matters.
Status TakeDeclaredColumns(Engine* engine, const FeatureSpec& spec, FeatureDraft* draft);

}  // namespace diotima
