// Parses documents to definitions: which members there are, and of what type; then checks their
// values by check.h.
#pragma once

#include <diotima/feature_spec.h>
#include <diotima/status.h>

#include <string>
#include <vector>

#include "graph/spec/document.h"

namespace diotima {

// Parses a list of definitions, or an object with a list `features`, each in the form of graph
// files or of Metaxy's dump. kInvalidArgument for a missing, unknown or mistyped member, or
// a value that CheckSpec refuses: one for each definition. `source`
// names the document in messages and in FeatureSpec::source.
Result<std::vector<FeatureSpec>> ParseSpecs(const Node& document, const std::string& source);

}  // namespace diotima
