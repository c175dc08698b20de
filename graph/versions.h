// Versions of features and fields from their definitions.
#pragma once

#include <diotima/graph.h>

#include <cstdint>
#include <string>
#include <vector>

#include "graph/spec/definitions.h"

namespace diotima {

// The versions of all features of a graph for one truncation length.
struct GraphVersions {
  std::vector<FeatureVersions> features;  // in definition order
  std::string project_version;
};

GraphVersions ComputeVersions(const Definitions& definitions, uint32_t truncation_length);

}  // namespace diotima
