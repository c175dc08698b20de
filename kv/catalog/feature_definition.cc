#include "kv/catalog/feature_definition.h"

#include <diotima/status_macros.h>

#include <algorithm>

#include "graph/spec/names.h"

namespace diotima {

Result<FeatureDefinition> DefineFeature(const Graph& graph, std::string_view feature,
                                        uint32_t truncation_length) {
  DIOTIMA_ASSIGN(const FeatureSpec* spec, graph.Get(feature));
  FeatureDefinition definition;
  definition.spec = spec;
  definition.feature_version = graph.Versions(feature, truncation_length).feature_version;
  definition.project_version = graph.ProjectVersion(truncation_length);
  for (const auto& field : spec->fields) definition.fields.push_back(StructKey(field.key));
  std::sort(definition.fields.begin(), definition.fields.end());
  return definition;
}

}  // namespace diotima
