// The columns that the deps of a feature bring: how they are joined, and whether they collide.
#include <diotima/status_macros.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "graph/spec/definitions.h"
#include "graph/spec/faults.h"
#include "graph/spec/names.h"

namespace diotima {
namespace {

using Columns = std::set<std::string>;

// The upstream's id columns as the feature sees them.
Columns RenamedIds(const FeatureDep& dep, const FeatureSpec& upstream) {
  Columns ids;
  for (const std::string& column : upstream.id_columns) ids.insert(Renamed(dep, column));
  return ids;
}

Columns InputColumnsOf(const FeatureSpec& spec, const FeatureDep& dep,
                       const FeatureSpec& upstream) {
  if (dep.lineage.kind == LineageKind::kIdentity) return RenamedIds(dep, upstream);
  const std::vector<std::string>& on = dep.lineage.on.value_or(spec.id_columns);
  return Columns(on.begin(), on.end());
}

// The columns that a dep brings for certain: those it selects, or else those it renames to.
Columns NamedColumns(const FeatureDep& dep) {
  Columns named;
  if (dep.select.has_value()) {
    named.insert(dep.select->begin(), dep.select->end());
  } else if (dep.rename.has_value()) {
    for (const auto& [from, to] : *dep.rename) named.insert(to);
  }
  return named;
}

Status CheckRename(const FeatureSpec& spec, const FeatureDep& dep, const FeatureSpec& upstream) {
  if (!dep.rename.has_value()) return Status::Ok();
  const Columns ids(upstream.id_columns.begin(), upstream.id_columns.end());
  for (const auto& [from, to] : *dep.rename) {
    if (ids.count(to) == 0) continue;
    return SpecError(spec, "the dep on " + Quoted(dep.feature) + " renames " + Quoted(from) +
                               " to " + Quoted(to) + ", an id column of " + Quoted(dep.feature));
  }
  return Status::Ok();
}

class DepChecker {
 public:
  DepChecker(const Definitions& definitions, uint32_t feature)
      : definitions_(definitions), feature_(feature), spec_(definitions.specs[feature]) {}

  Columns InputColumns() const {
    Columns common;
    for (size_t i = 0; i < spec_.deps.size(); ++i) {
      const Columns columns = InputColumnsOf(spec_, spec_.deps[i], Upstream(i));
      if (i == 0) {
        common = columns;
      } else {
        std::erase_if(common, [&](const std::string& c) { return columns.count(c) == 0; });
      }
    }
    return common;
  }

  Status Check(const Columns& input_columns) const {
    Columns shared = input_columns;
    shared.insert(spec_.id_columns.begin(), spec_.id_columns.end());
    std::unordered_map<std::string, const FeatureDep*> brought_by;
    for (size_t i = 0; i < spec_.deps.size(); ++i) {
      const FeatureDep& dep = spec_.deps[i];
      DIOTIMA_TRY(CheckRename(spec_, dep, Upstream(i)));
      const Columns ids = RenamedIds(dep, Upstream(i));
      for (const std::string& column : NamedColumns(dep)) {
        if (shared.count(column) > 0 || ids.count(column) > 0) continue;
        const auto [other, inserted] = brought_by.emplace(column, &dep);
        if (inserted) continue;
        return SpecError(spec_, "the column " + Quoted(column) + " comes from both " +
                                    QuotedList({other->second->feature, dep.feature}) +
                                    "; rename it in one of the deps");
      }
    }
    return Status::Ok();
  }

 private:
  const FeatureSpec& Upstream(size_t dep) const {
    return definitions_.specs[definitions_.upstream[feature_][dep]];
  }

  const Definitions& definitions_;
  const uint32_t feature_;
  const FeatureSpec& spec_;
};

}  // namespace

const std::string& Renamed(const FeatureDep& dep, const std::string& column) {
  if (dep.rename.has_value()) {
    for (const auto& [from, to] : *dep.rename) {
      if (from == column) return to;
    }
  }
  return column;
}

Status CheckDeps(Definitions* definitions) {
  Faults faults;
  for (uint32_t i = 0; i < definitions->specs.size(); ++i) {
    const DepChecker checker(*definitions, i);
    const Columns input = checker.InputColumns();
    faults.Check(checker.Check(input));
    definitions->input_columns.emplace_back(input.begin(), input.end());
  }
  return faults.status();
}

}  // namespace diotima
