// Writes definitions as documents.
#pragma once

#include <diotima/feature_spec.h>

#include "graph/spec/document.h"

namespace diotima {

// Returns the spec with the members and values of Metaxy's dump, without `columns`.
Node SpecDocument(const FeatureSpec& spec);

}  // namespace diotima
