#include "cli/report/definition_json.h"

namespace diotima::cli {
namespace {

Json FieldsJson(const FeatureVersions& versions) {
  Json fields = Json::object();
  for (const auto& field : versions.fields) {
    Json parents = Json::array();
    for (const auto& parent : field.parents) parents.push_back(parent.FullName());
    fields[field.key] = {{"version", field.version}, {"parents", std::move(parents)}};
  }
  return fields;
}

}  // namespace

Json DefinitionJson(const Graph& graph, const std::string& feature, uint32_t truncation_length) {
  const FeatureVersions& versions = graph.Versions(feature, truncation_length);
  Json object;
  object["feature_version"] = versions.feature_version;
  object["code_version"] = versions.code_version;
  object["spec_version"] = versions.spec_version;
  object["definition_version"] = versions.definition_version;
  object["fields"] = FieldsJson(versions);
  object["is_root"] = graph.IsRoot(feature);
  object["upstream"] = graph.Upstream(feature);
  object["downstream"] = graph.Downstream(feature);
  object["id_columns"] = graph.Find(feature)->id_columns;
  object["input_id_columns"] = graph.InputIdColumns(feature);
  object["join_columns"] = graph.JoinColumns(feature);
  return object;
}

}  // namespace diotima::cli
