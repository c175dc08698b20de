#include "graph/increment/plan.h"

#include <diotima/status_macros.h>

#include <algorithm>
#include <map>
#include <set>

#include "codec/row/key.h"
#include "graph/spec/definitions.h"

namespace diotima {
namespace {

Status DepError(const FeatureSpec& spec, const FeatureDep& dep, const std::string& what) {
  return SpecError(spec, "the dep on '" + dep.feature + "' " + what);
}

// The upstream's user columns under their new names.
Status RenameColumns(const FeatureSpec& spec, const UpstreamInfo& upstream, DepPlan* plan) {
  const FeatureDep& dep = *plan->dep;
  if (dep.rename) {
    for (const auto& [from, to] : *dep.rename) {
      const auto column = upstream.schema->Find(from);
      if (!column || *column >= upstream.user_columns) {
        return DepError(spec, dep, "renames the unknown column '" + from + "'");
      }
    }
  }
  std::vector<Column> renamed;
  std::set<std::string> names;
  for (size_t i = 0; i < upstream.user_columns; ++i) {
    const Column& column = (*upstream.schema)[i];
    const std::string& name = Renamed(dep, column.name);
    if (!names.insert(name).second) {
      return DepError(
          spec, dep,
          "renames a column to '" + name + "', which it already has: choose another name");
    }
    renamed.push_back({name, column.type});
    plan->renamed_columns.push_back(i);
  }
  plan->renamed = std::make_shared<const Schema>(std::move(renamed));
  return Status::Ok();
}

Status BindFilters(const FeatureSpec& spec, DepPlan* plan) {
  if (!plan->dep->filters) return Status::Ok();
  for (const auto& text : *plan->dep->filters) {
    auto filter = Filter::Parse(text);
    if (!filter.ok())
      return DepError(spec, *plan->dep, "has a bad filter: " + filter.status().message());
    auto bound = filter->Bind(*plan->renamed);
    if (!bound.ok())
      return DepError(spec, *plan->dep, "has a bad filter: " + bound.status().message());
    plan->filters.push_back(*std::move(bound));
  }
  return Status::Ok();
}

Result<DepPlan> PlanDep(const FeatureSpec& spec, const FeatureDep& dep,
                        const UpstreamInfo& upstream) {
  DepPlan plan;
  plan.dep = &dep;
  plan.upstream = upstream.schema;
  for (const auto& column : upstream.key_columns) plan.key_columns.push_back(Renamed(dep, column));
  DIOTIMA_TRY(RenameColumns(spec, upstream, &plan));
  DIOTIMA_TRY(BindFilters(spec, &plan));
  if (dep.select) {
    for (const auto& column : *dep.select) {
      if (!plan.renamed->Find(column)) {
        return DepError(spec, dep, "selects the unknown column '" + column + "'");
      }
    }
  }
  return plan;
}

// The columns that a dep passes on: those selected and those it is joined by.
std::vector<std::string> PassedColumns(const DepPlan& plan) {
  std::vector<std::string> passed;
  if (!plan.dep->select) {
    for (const auto& column : plan.renamed->columns()) passed.push_back(column.name);
    return passed;
  }
  const Lineage& lineage = plan.dep->lineage;
  const bool has_on = lineage.kind != LineageKind::kIdentity && lineage.on;
  passed = has_on ? *lineage.on : plan.key_columns;
  for (const auto& column : *plan.dep->select) {
    if (std::find(passed.begin(), passed.end(), column) == passed.end()) passed.push_back(column);
  }
  return passed;
}

class Planner {
 public:
  Planner(const Graph& graph, const FeatureSpec& spec) : graph_(graph), spec_(spec) {}

  Result<IncrementPlan> Run(const std::vector<UpstreamInfo>& upstream,
                            const std::vector<std::string>& own_key) {
    for (size_t i = 0; i < spec_.deps.size(); ++i) {
      DIOTIMA_ASSIGN(DepPlan dep, PlanDep(spec_, spec_.deps[i], upstream[i]));
      plan_.deps.push_back(std::move(dep));
    }
    OrderJoinColumns(own_key);
    DIOTIMA_TRY(FindJoinColumns());
    DIOTIMA_TRY(PlanOutput());
    return std::move(plan_);
  }

 private:
  // In the order of the key of the first participant that begins with them, so that as many as
  // possible can be read in key order.
  void OrderJoinColumns(const std::vector<std::string>& own_key) {
    plan_.join_columns = graph_.JoinColumns(spec_.key);
    for (const auto& dep : plan_.deps) {
      if (OrderAsKey(dep.key_columns, &plan_.join_columns)) return;
    }
    OrderAsKey(own_key, &plan_.join_columns);
  }

  Status FindJoinColumns() {
    for (const auto& name : plan_.join_columns) {
      const Column* first = nullptr;
      for (DepPlan& dep : plan_.deps) {
        const auto column = dep.renamed->Find(name);
        if (!column) {
          return DepError(
              spec_, *dep.dep,
              "has no column '" + name + "' to join on: its rows need it, or rename one");
        }
        const Column& found = (*dep.renamed)[*column];
        if (first != nullptr && !SameKeyKind(first->type.kind(), found.type.kind())) {
          return SpecError(spec_, "the join column '" + name + "' is " + first->type.ToString() +
                                      " in one upstream feature and " + found.type.ToString() +
                                      " in '" + dep.dep->feature + "'");
        }
        if (first == nullptr) first = &found;
        dep.join_columns.push_back(dep.renamed_columns[*column]);
      }
    }
    return Status::Ok();
  }

  Status PlanOutput() {
    std::map<std::string, size_t> places;
    for (size_t d = 0; d < plan_.deps.size(); ++d) {
      const DepPlan& dep = plan_.deps[d];
      for (const auto& name : PassedColumns(dep)) {
        const auto renamed = dep.renamed->Find(name);
        if (!renamed) return DepError(spec_, *dep.dep, "has no column '" + name + "'");
        const ColumnRef source{d, dep.renamed_columns[*renamed]};
        const auto [place, added] = places.emplace(name, plan_.output.size());
        if (added) {
          plan_.output.push_back({(*dep.renamed)[*renamed], {source}});
          continue;
        }
        const auto& joins = plan_.join_columns;
        if (std::find(joins.begin(), joins.end(), name) == joins.end()) {
          const auto other = plan_.output[place->second].sources.front().dep;
          return SpecError(spec_, "the column '" + name + "' comes from both '" +
                                      plan_.deps[other].dep->feature + "' and '" +
                                      dep.dep->feature +
                                      "': rename it in one dep, or select others");
        }
        plan_.output[place->second].sources.push_back(source);
      }
    }
    return Status::Ok();
  }

  const Graph& graph_;
  const FeatureSpec& spec_;
  IncrementPlan plan_;
};

}  // namespace

bool OrderAsKey(const std::vector<std::string>& key, std::vector<std::string>* columns) {
  if (key.size() < columns->size()) return false;
  if (!std::is_permutation(columns->begin(), columns->end(), key.begin())) return false;
  std::copy_n(key.begin(), columns->size(), columns->begin());
  return true;
}

bool StartsWith(const std::vector<std::string>& key, const std::vector<std::string>& join_columns) {
  return key.size() >= join_columns.size() &&
         std::equal(join_columns.begin(), join_columns.end(), key.begin());
}

Result<IncrementPlan> PlanIncrement(const Graph& graph, const FeatureSpec& spec,
                                    const std::vector<UpstreamInfo>& upstream,
                                    const std::vector<std::string>& own_key) {
  return Planner(graph, spec).Run(upstream, own_key);
}

}  // namespace diotima
