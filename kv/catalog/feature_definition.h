// The definition of a feature in a graph, in the form that rows need.
#pragma once

#include <diotima/graph.h>

#include <string>
#include <string_view>
#include <vector>

namespace diotima {

struct FeatureDefinition {
  const FeatureSpec* spec = nullptr;  // borrowed from the graph
  std::string feature_version;
  std::string project_version;
  std::vector<std::string> fields;  // struct keys, ascending
};

// Returns the definition of `feature` in `graph`, with versions cut to `truncation_length` (0: not
// cut). kNotFound for a feature that the graph does not have.
Result<FeatureDefinition> DefineFeature(const Graph& graph, std::string_view feature,
                                        uint32_t truncation_length);

}  // namespace diotima
