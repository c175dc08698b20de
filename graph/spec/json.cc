#include "graph/spec/json.h"

#include <diotima/graph.h>

#include <algorithm>

#include "graph/spec/names.h"

namespace diotima {
namespace {

constexpr std::string_view kAll = "__METAXY_ALL_DEP__";

Node StringsOrNull(const std::optional<std::vector<std::string>>& values) {
  return values.has_value() ? Node::Strings(*values) : Node();
}

Node StringOrNull(const std::optional<std::string>& value) {
  return value.has_value() ? Node::String(*value) : Node();
}

// A key as the list of its parts.
Node Parts(std::string_view key) {
  Node parts = Node::List();
  for (;;) {
    const size_t slash = key.find('/');
    parts.items.push_back(Node::String(key.substr(0, slash)));
    if (slash == std::string_view::npos) return parts;
    key.remove_prefix(slash + 1);
  }
}

Node FieldDocument(const FieldSpec& field) {
  Node deps = Node::List();
  for (const FieldDep& dep : field.deps) {
    Node& node = deps.items.emplace_back(Node::Object());
    node.Add("feature", Node::String(dep.feature));
    node.Add("fields", dep.all_fields ? Node::String(kAll) : Node::Strings(dep.fields));
  }
  Node node = Node::Object();
  node.Add("key", Node::String(field.key));
  node.Add("code_version", Node::String(field.code_version));
  node.Add("deps", field.all_deps ? Node::String(kAll) : std::move(deps));
  return node;
}

Node LineageDocument(const Lineage& lineage) {
  Node relationship = Node::Object();
  switch (lineage.kind) {
    case LineageKind::kIdentity:
      relationship.Add("type", Node::String("1:1"));
      break;
    case LineageKind::kAggregation:
      relationship.Add("type", Node::String("N:1"));
      relationship.Add("on", StringsOrNull(lineage.on));
      break;
    case LineageKind::kExpansion:
      relationship.Add("type", Node::String("1:N"));
      relationship.Add("on", StringsOrNull(lineage.on));
      relationship.Add("id_generation_pattern", StringOrNull(lineage.id_generation_pattern));
      break;
  }
  Node node = Node::Object();
  node.Add("relationship", std::move(relationship));
  return node;
}

Node SpecificDocument(const FieldsMapping& mapping) {
  Node map = Node::Object();
  for (const auto& [field, upstream] : mapping.mapping) {
    // Metaxy keeps a set, and dumps it in the order of parts.
    std::vector<std::string> keys = upstream;
    std::sort(keys.begin(), keys.end(), LessByPart);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    Node list = Node::List();
    for (const std::string& key : keys) list.items.push_back(Parts(key));
    map.Add(field, std::move(list));
  }
  return map;
}

Node MappingDocument(const FieldsMapping& mapping) {
  Node inner = Node::Object();
  switch (mapping.kind) {
    case FieldsMappingKind::kDefault:
      inner.Add("type", Node::String("default"));
      inner.Add("match_suffix", Node::Bool(mapping.match_suffix));
      inner.Add("exclude_fields", Node::Strings(mapping.exclude_fields));
      break;
    case FieldsMappingKind::kSpecific:
      inner.Add("type", Node::String("specific"));
      inner.Add("mapping", SpecificDocument(mapping));
      break;
    case FieldsMappingKind::kAll:
      inner.Add("type", Node::String("all"));
      break;
    case FieldsMappingKind::kNone:
      inner.Add("type", Node::String("none"));
      break;
  }
  Node node = Node::Object();
  node.Add("mapping", std::move(inner));
  return node;
}

Node DepDocument(const FeatureDep& dep) {
  Node rename;
  if (dep.rename.has_value()) {
    rename = Node::Object();
    for (const auto& [from, to] : *dep.rename) rename.Add(from, Node::String(to));
  }
  Node node = Node::Object();
  node.Add("feature", Node::String(dep.feature));
  node.Add("select", StringsOrNull(dep.select));
  node.Add("rename", std::move(rename));
  node.Add("fields_mapping", MappingDocument(dep.fields_mapping));
  node.Add("sql_filters", StringsOrNull(dep.filters));
  node.Add("lineage", LineageDocument(dep.lineage));
  node.Add("optional", Node::Bool(dep.optional));
  return node;
}

}  // namespace

Node SpecDocument(const FeatureSpec& spec) {
  Node deps = Node::List();
  for (const FeatureDep& dep : spec.deps) deps.items.push_back(DepDocument(dep));
  Node fields = Node::List();
  for (const FieldSpec& field : spec.fields) fields.items.push_back(FieldDocument(field));
  Result<Node> metadata = ParseJson(spec.metadata, "metadata");
  Node node = Node::Object();
  node.Add("key", Node::String(spec.key));
  node.Add("id_columns", Node::Strings(spec.id_columns));
  node.Add("deps", std::move(deps));
  node.Add("fields", std::move(fields));
  node.Add("metadata", metadata.ok() ? *std::move(metadata) : Node::Object());
  node.Add("description", StringOrNull(spec.description));
  return node;
}

std::string SpecJson(const FeatureSpec& spec) {
  return ToJson(SpecDocument(spec), JsonForm::kOneLineSorted);
}

}  // namespace diotima
