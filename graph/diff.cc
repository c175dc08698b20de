#include <diotima/graph_diff.h>

#include <map>
#include <set>

#include "codec/base/messages.h"
#include "graph/spec/names.h"

namespace diotima {
namespace {

std::string LineageText(const Lineage& lineage) {
  static constexpr const char* kNames[] = {"identity", "aggregation", "expansion"};
  std::string out = kNames[static_cast<size_t>(lineage.kind)];
  return lineage.on ? out + " on (" + Join(*lineage.on) + ")" : out;
}

std::string MappingText(const FieldsMapping& mapping) {
  static constexpr const char* kNames[] = {"default", "specific", "all", "none"};
  std::string out = kNames[static_cast<size_t>(mapping.kind)];
  if (mapping.match_suffix) out += ", match_suffix";
  if (!mapping.exclude_fields.empty()) out += ", exclude (" + Join(mapping.exclude_fields) + ")";
  for (const auto& [field, upstream] : mapping.mapping) {
    out += ", " + field + " <- (" + Join(upstream) + ")";
  }
  return out;
}

using Members = std::map<std::string, std::string>;

Members FieldMembers(const FieldSpec& field, const FieldVersion& version) {
  std::vector<std::string> parents;
  for (const auto& parent : version.parents) parents.push_back(parent.FullName());
  return {{"code_version", field.code_version}, {"parents", Join(parents)}};
}

Members DepMembers(const FeatureDep& dep) {
  std::vector<std::string> renames;
  if (dep.rename) {
    for (const auto& [from, to] : *dep.rename) renames.push_back(from + " -> " + to);
  }
  return {{"select", dep.select ? "(" + Join(*dep.select) + ")" : "all"},
          {"rename", Join(renames)},
          {"filters", dep.filters ? Join(*dep.filters) : ""},
          {"lineage", LineageText(dep.lineage)},
          {"optional", dep.optional ? "true" : "false"},
          {"fields_mapping", MappingText(dep.fields_mapping)}};
}

// Parts of a feature by name, each with its members.
using Parts = std::map<std::string, Members>;

Parts FieldParts(const Graph& graph, const FeatureSpec& spec) {
  Parts parts;
  const FeatureVersions& versions = graph.Versions(spec.key, 0);
  for (size_t i = 0; i < spec.fields.size(); ++i) {
    parts[spec.fields[i].key] = FieldMembers(spec.fields[i], versions.fields[i]);
  }
  return parts;
}

Parts DepParts(const FeatureSpec& spec) {
  Parts parts;
  for (const auto& dep : spec.deps) parts[dep.feature] = DepMembers(dep);
  return parts;
}

void DiffParts(const std::string& what, const Parts& before, const Parts& after,
               std::vector<MemberDiff>* out) {
  for (const auto& [name, members] : before) {
    const auto other = after.find(name);
    if (other == after.end()) {
      out->push_back({DiffKind::kRemoved, what, name, "", "", ""});
      continue;
    }
    for (const auto& [member, value] : members) {
      const std::string& now = other->second.at(member);
      if (value != now) out->push_back({DiffKind::kChanged, what, name, member, value, now});
    }
  }
  for (const auto& [name, members] : after) {
    if (!before.contains(name)) out->push_back({DiffKind::kAdded, what, name, "", "", ""});
  }
}

void DiffValue(const std::string& what, const std::string& before, const std::string& after,
               std::vector<MemberDiff>* out) {
  if (before != after) out->push_back({DiffKind::kChanged, what, "", "", before, after});
}

FeatureDiff DiffFeature(const Graph& before, const Graph& after, const FeatureSpec& a,
                        const FeatureSpec& b, uint32_t truncation_length) {
  FeatureDiff diff;
  diff.feature = a.key;
  diff.version_before = before.Versions(a.key, truncation_length).feature_version;
  diff.version_after = after.Versions(b.key, truncation_length).feature_version;
  DiffParts("field", FieldParts(before, a), FieldParts(after, b), &diff.members);
  DiffParts("dep", DepParts(a), DepParts(b), &diff.members);
  DiffValue("id_columns", Join(a.id_columns), Join(b.id_columns), &diff.members);
  DiffValue("metadata", a.metadata, b.metadata, &diff.members);
  DiffValue("description", a.description.value_or(""), b.description.value_or(""), &diff.members);
  return diff;
}

}  // namespace

std::string_view DiffKindName(DiffKind kind) {
  static constexpr std::string_view kNames[] = {"added", "removed", "changed"};
  return kNames[static_cast<size_t>(kind)];
}

std::vector<FeatureDiff> DiffGraphs(const Graph& before, const Graph& after,
                                    uint32_t truncation_length) {
  std::set<std::string> keys;
  for (const auto& spec : before.features()) keys.insert(spec.key);
  for (const auto& spec : after.features()) keys.insert(spec.key);
  std::vector<FeatureDiff> diffs;
  for (const auto& key : keys) {
    const FeatureSpec* a = before.Find(key);
    const FeatureSpec* b = after.Find(key);
    if (a == nullptr || b == nullptr) {
      const Graph& graph = a != nullptr ? before : after;
      const std::string& version = graph.Versions(key, truncation_length).feature_version;
      diffs.push_back({a != nullptr ? DiffKind::kRemoved : DiffKind::kAdded,
                       key,
                       a != nullptr ? version : "",
                       b != nullptr ? version : "",
                       {}});
      continue;
    }
    FeatureDiff diff = DiffFeature(before, after, *a, *b, truncation_length);
    if (diff.members.empty() && diff.version_before == diff.version_after) continue;
    diffs.push_back(std::move(diff));
  }
  return diffs;
}

}  // namespace diotima
