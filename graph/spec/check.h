// Checks the values of one definition, without the other definitions.
#pragma once

#include <diotima/feature_spec.h>
#include <diotima/status.h>

namespace diotima {

// Returns kInvalidArgument for the first fault, naming the feature.
Status CheckSpec(const FeatureSpec& spec);

}  // namespace diotima
