// Definitions as documents.
#pragma once

#include <diotima/feature_spec.h>

#include "graph/spec/document.h"

namespace diotima {

// The spec with the members and values of Metaxy's dump; `columns` are not among them.
Node SpecDocument(const FeatureSpec& spec);

}  // namespace diotima
