// Which upstream fields each field depends on.
#include <diotima/status_macros.h>

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "graph/spec/definitions.h"
#include "graph/spec/faults.h"
#include "graph/spec/names.h"

namespace diotima {
namespace {

using FieldIds = std::vector<uint32_t>;

// The fields of one dep's upstream feature, as its mapping sees them.
class UpstreamFields {
 public:
  UpstreamFields(const FeatureDep& dep, const FeatureSpec& upstream, uint32_t first_id)
      : mapping_(dep.fields_mapping), first_id_(first_id), upstream_(upstream) {
    const auto& excluded = mapping_.exclude_fields;
    const std::unordered_set<std::string_view> left_out(excluded.begin(), excluded.end());
    for (uint32_t i = 0; i < upstream.fields.size(); ++i) {
      by_key_.emplace(upstream.fields[i].key, i);
      if (left_out.count(upstream.fields[i].key) == 0) kept_.push_back(i);
    }
  }

  void AddAll(FieldIds* out) const {
    for (uint32_t i = 0; i < upstream_.fields.size(); ++i) out->push_back(first_id_ + i);
  }

  // False when there is no such field.
  bool Add(const std::string& key, FieldIds* out) const {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return false;
    out->push_back(first_id_ + found->second);
    return true;
  }

  // The fields that the mapping gives to `field`.
  void AddMapped(const std::string& field, FieldIds* out) const {
    switch (mapping_.kind) {
      case FieldsMappingKind::kNone:
        return;
      case FieldsMappingKind::kAll:
        return AddAll(out);
      case FieldsMappingKind::kSpecific: {
        const auto mapped = mapping_.mapping.find(field);
        if (mapped == mapping_.mapping.end()) return;
        for (const std::string& key : mapped->second) Add(key, out);
        return;
      }
      case FieldsMappingKind::kDefault:
        return AddMatching(field, out);
    }
  }

  std::vector<std::string> Keys() const {
    std::vector<std::string> keys;
    for (const FieldSpec& field : upstream_.fields) keys.push_back(field.key);
    return keys;
  }

 private:
  void AddMatching(const std::string& field, FieldIds* out) const {
    const size_t before = out->size();
    const std::string suffix = "/" + field;
    for (uint32_t i : kept_) {
      const std::string& key = upstream_.fields[i].key;
      if (key == field || (mapping_.match_suffix && key.ends_with(suffix))) {
        out->push_back(first_id_ + i);
      }
    }
    if (out->size() > before) return;
    for (uint32_t i : kept_) out->push_back(first_id_ + i);
  }

  const FieldsMapping& mapping_;
  const uint32_t first_id_;
  const FeatureSpec& upstream_;
  std::unordered_map<std::string_view, uint32_t> by_key_;
  FieldIds kept_;  // places of the fields that are not excluded
};

// The parent fields of the fields of one feature that is no root.
class ParentFinder {
 public:
  ParentFinder(const Definitions& definitions, uint32_t feature)
      : spec_(definitions.specs[feature]) {
    for (size_t i = 0; i < spec_.deps.size(); ++i) {
      const uint32_t upstream = definitions.upstream[feature][i];
      by_feature_.emplace(spec_.deps[i].feature, upstream_.size());
      upstream_.emplace_back(spec_.deps[i], definitions.specs[upstream],
                             definitions.first_field[upstream]);
    }
  }

  Status Find(const FieldSpec& field, FieldIds* parents) const {
    if (field.all_deps) {
      for (const UpstreamFields& upstream : upstream_) upstream.AddAll(parents);
      return Status::Ok();
    }
    for (const FieldDep& dep : field.deps) DIOTIMA_TRY(AddListed(field, dep, parents));
    if (!field.deps.empty()) return Status::Ok();
    for (const UpstreamFields& upstream : upstream_) upstream.AddMapped(field.key, parents);
    if (!parents->empty()) return Status::Ok();
    return SpecError(spec_, "the fields mappings leave the field " + Quoted(field.key) +
                                " without a parent field; change a fields_mapping, or give the "
                                "field deps");
  }

 private:
  Status AddListed(const FieldSpec& field, const FieldDep& dep, FieldIds* parents) const {
    const auto found = by_feature_.find(dep.feature);
    if (found == by_feature_.end()) {
      std::vector<std::string> known;
      for (const FeatureDep& other : spec_.deps) known.push_back(other.feature);
      return SpecError(spec_, "the field " + Quoted(field.key) + " depends on " +
                                  Quoted(dep.feature) + ", which is not among the feature's deps" +
                                  Hint(dep.feature, known));
    }
    const UpstreamFields& upstream = upstream_[found->second];
    if (dep.all_fields) upstream.AddAll(parents);
    for (const std::string& key : dep.fields) {
      if (dep.all_fields || upstream.Add(key, parents)) continue;
      return SpecError(spec_, "the field " + Quoted(field.key) + " depends on the unknown field " +
                                  Quoted(key) + " of " + Quoted(dep.feature) +
                                  Hint(key, upstream.Keys()));
    }
    return Status::Ok();
  }

  const FeatureSpec& spec_;
  std::vector<UpstreamFields> upstream_;
  std::unordered_map<std::string_view, size_t> by_feature_;
};

void NumberFields(Definitions* definitions) {
  uint32_t next = 0;
  for (const FeatureSpec& spec : definitions->specs) {
    definitions->first_field.push_back(next);
    next += static_cast<uint32_t>(spec.fields.size());
    for (const FieldSpec& field : spec.fields) {
      definitions->full_names.push_back(spec.key + "." + field.key);
    }
  }
  definitions->first_field.push_back(next);
}

// The place of each field in the ascending order of full names.
std::vector<uint32_t> Ranks(const std::vector<std::string>& full_names) {
  std::vector<uint32_t> by_name(full_names.size());
  std::iota(by_name.begin(), by_name.end(), 0);
  std::sort(by_name.begin(), by_name.end(),
            [&](uint32_t a, uint32_t b) { return full_names[a] < full_names[b]; });
  std::vector<uint32_t> ranks(full_names.size());
  for (uint32_t i = 0; i < by_name.size(); ++i) ranks[by_name[i]] = i;
  return ranks;
}

void WarnOfIgnoredDeps(const FeatureSpec& spec, std::vector<std::string>* warnings) {
  for (const FieldSpec& field : spec.fields) {
    if (field.deps.empty() && !field.all_deps) continue;
    warnings->push_back(SpecSubject(spec) + "the deps of the field " + Quoted(field.key) +
                        " are ignored, as the feature has no deps");
  }
}

}  // namespace

Status FindParents(Definitions* definitions) {
  NumberFields(definitions);
  const std::vector<uint32_t> ranks = Ranks(definitions->full_names);
  definitions->parents.resize(definitions->full_names.size());
  Faults faults;
  for (uint32_t feature = 0; feature < definitions->specs.size(); ++feature) {
    const FeatureSpec& spec = definitions->specs[feature];
    if (spec.deps.empty()) {
      WarnOfIgnoredDeps(spec, &definitions->warnings);
      continue;
    }
    const ParentFinder finder(*definitions, feature);
    for (uint32_t i = 0; i < spec.fields.size(); ++i) {
      FieldIds& parents = definitions->parents[definitions->first_field[feature] + i];
      faults.Check(finder.Find(spec.fields[i], &parents));
      std::sort(parents.begin(), parents.end(),
                [&](uint32_t a, uint32_t b) { return ranks[a] < ranks[b]; });
      parents.erase(std::unique(parents.begin(), parents.end()), parents.end());
    }
  }
  return faults.status();
}

}  // namespace diotima
