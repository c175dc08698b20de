#include "graph/versions.h"

#include <diotima/digest.h>

#include <algorithm>
#include <numeric>

#include "graph/spec/names.h"

namespace diotima {
namespace {

class VersionComputer {
 public:
  VersionComputer(const Definitions& definitions, uint32_t length)
      : definitions_(definitions),
        length_(length),
        field_versions_(definitions.full_names.size()),
        owner_(definitions.full_names.size()) {
    for (uint32_t feature = 0; feature < definitions.specs.size(); ++feature) {
      for (uint32_t id = definitions.first_field[feature];
           id < definitions.first_field[feature + 1]; ++id) {
        owner_[id] = feature;
      }
    }
  }

  GraphVersions Compute() {
    GraphVersions versions;
    versions.features.resize(definitions_.specs.size());
    for (uint32_t feature : definitions_.order) versions.features[feature] = OfFeature(feature);
    versions.project_version = Project(versions.features);
    return versions;
  }

 private:
  std::string Hash(const std::string& text) const { return Truncate(Sha256Hex(text), length_); }

  FeatureVersions OfFeature(uint32_t feature) {
    const FeatureSpec& spec = definitions_.specs[feature];
    FeatureVersions versions;
    for (uint32_t i = 0; i < spec.fields.size(); ++i) {
      versions.fields.push_back(OfField(spec.fields[i], definitions_.first_field[feature] + i));
    }
    std::vector<uint32_t> by_key(spec.fields.size());
    std::iota(by_key.begin(), by_key.end(), 0);
    std::sort(by_key.begin(), by_key.end(),
              [&](uint32_t a, uint32_t b) { return spec.fields[a].key < spec.fields[b].key; });
    std::string fields, code;
    for (uint32_t i : by_key) {
      fields += spec.fields[i].key + versions.fields[i].version;
      code += spec.fields[i].key + spec.fields[i].code_version;
    }
    versions.feature_version = Hash(fields);
    versions.code_version = Hash(code);
    versions.spec_version = Hash(SpecJson(spec));
    // Metaxy appends the JSON schema of a Python class; there is none here.
    versions.definition_version = Hash(versions.spec_version + "{}");
    return versions;
  }

  FieldVersion OfField(const FieldSpec& field, uint32_t id) {
    FieldVersion version{.key = field.key};
    std::string text = definitions_.full_names[id] + field.code_version;
    for (uint32_t parent : definitions_.parents[id]) {
      const FeatureSpec& upstream = definitions_.specs[owner_[parent]];
      const uint32_t place = parent - definitions_.first_field[owner_[parent]];
      version.parents.push_back({upstream.key, upstream.fields[place].key});
      text += field_versions_[parent];
    }
    version.version = field_versions_[id] = Hash(text);
    return version;
  }

  std::string Project(const std::vector<FeatureVersions>& versions) const {
    if (versions.empty()) return "empty";
    std::vector<uint32_t> order(versions.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      return LessByPart(definitions_.specs[a].key, definitions_.specs[b].key);
    });
    std::string text;
    for (uint32_t i : order) text += definitions_.specs[i].key + versions[i].definition_version;
    return Hash(text);
  }

  const Definitions& definitions_;
  const uint32_t length_;
  std::vector<std::string> field_versions_;  // of each field
  std::vector<uint32_t> owner_;              // the feature of each field
};

}  // namespace

GraphVersions ComputeVersions(const Definitions& definitions, uint32_t truncation_length) {
  return VersionComputer(definitions, truncation_length).Compute();
}

}  // namespace diotima
