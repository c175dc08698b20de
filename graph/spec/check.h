// What the values in one definition must be, whatever the other definitions are.
#pragma once

#include <diotima/feature_spec.h>
#include <diotima/status.h>

namespace diotima {

// kInvalidArgument, naming the feature, for the first fault.
Status CheckSpec(const FeatureSpec& spec);

}  // namespace diotima
