// The plan of an increment in words.
#include "codec/base/messages.h"
#include "kv/resolve/increment_builder.h"

namespace diotima {
namespace {

std::string List(const std::vector<std::string>& names, std::string_view separator = ", ") {
  return names.empty() ? "none" : Join(names, separator);
}

std::string LineageText(const Lineage& lineage, const FeatureSpec& spec) {
  switch (lineage.kind) {
    case LineageKind::kIdentity:
      return "identity";
    case LineageKind::kAggregation:
      return "aggregation on (" + List(lineage.on.value_or(spec.id_columns)) + ")";
    case LineageKind::kExpansion:
      return "expansion on (" + List(*lineage.on) + ")";
  }
  return "";
}

}  // namespace

void IncrementBuilder::NoteAccess(const std::string& feature, const FilteredScan& scan,
                                  std::vector<std::string> filters) {
  Access access;
  access.feature = feature;
  access.store = scan.source().core->engine->path();
  access.filters = std::move(filters);
  accesses_.push_back(std::move(access));
}

void IncrementBuilder::ExplainAccess(const Access& access, std::string* out) const {
  *out += "  store: " + access.store + "\n";
  if (!access.filters.empty()) *out += "  filters: " + List(access.filters, " AND ") + "\n";
  *out += access.sorted
              ? "  order: sorted by (" + List(access.order) + "), with spill to disk past " +
                    std::to_string(core_->options.memory_budget >> 20) +
                    " MiB: its key is in the order of (" + List(access.key) + ")\n"
              : "  order: streamed in key order (" + List(access.key) + "), which begins with (" +
                    List(access.order) + ")\n";
}

void IncrementBuilder::ExplainDep(const DepPlan& dep, std::string* out) const {
  const FeatureDep& spec = *dep.dep;
  *out += std::string("  lineage: ") + LineageText(spec.lineage, *definition_.spec) +
          (spec.optional ? ", optional" : "") + "\n";
  if (spec.rename) {
    std::vector<std::string> renames;
    for (const auto& [from, to] : *spec.rename) renames.push_back(from + " -> " + to);
    *out += "  renames: " + List(renames) + "\n";
  }
  if (spec.filters) *out += "  filters of the dep: " + List(*spec.filters, " AND ") + "\n";
  if (spec.select) *out += "  selects: " + List(*spec.select) + "\n";
}

void IncrementBuilder::ExplainHashes(std::string* out) const {
  const FeatureVersions& versions =
      graph_.Versions(definition_.spec->key, core_->hasher.truncation_length);
  for (const FieldVersion& field : versions.fields) {
    std::vector<std::string> parents;
    for (const FieldRef& parent : field.parents) parents.push_back(parent.FullName());
    *out += "hash of field " + field.key + ": from " + List(parents) + "\n";
  }
}

std::string IncrementBuilder::Explain() const {
  std::string out = "resolve " + definition_.spec->key + ", feature version " +
                    definition_.feature_version + "\n";
  size_t next = 0;
  if (options_.samples != nullptr) {
    out += "expected rows: the samples given, sorted by (" + List(plan_.join_columns) + ")\n";
  }
  for (const DepPlan& dep : plan_.deps) {
    out += "expected rows from " + dep.dep->feature + "\n";
    ExplainAccess(accesses_[next++], &out);
    ExplainDep(dep, &out);
  }
  if (plan_.deps.size() > 1) {
    std::vector<std::string> required, optional;
    for (const DepPlan& dep : plan_.deps) {
      (dep.dep->optional ? optional : required).push_back(dep.dep->feature);
    }
    out += "join: merge on (" + List(plan_.join_columns) + "): ";
    out += required.empty() ? "full outer of " + List(optional)
                            : "inner of " + List(required) +
                                  (optional.empty() ? "" : ", left of " + List(optional));
    out += "\n";
  }
  std::vector<std::string> columns;
  for (const auto& output : plan_.output) columns.push_back(output.column.name);
  out += "columns: " + List(columns) + "\n";
  if (options_.samples == nullptr) ExplainHashes(&out);
  if (current_ == nullptr) {
    return out + (options_.skip_comparison
                      ? "compare: skipped, all expected rows are new\n"
                      : "compare: no current rows, all expected rows are new\n");
  }
  out += "compare with the current rows of " + definition_.spec->key + " on (" +
         List(plan_.join_columns) + ")\n";
  ExplainAccess(accesses_[next], &out);
  if (!options_.staleness_predicates.empty()) {
    out += "  stale too where: " + List(options_.staleness_predicates, " OR ") + "\n";
  }
  return out;
}

}  // namespace diotima
