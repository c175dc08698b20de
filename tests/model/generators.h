// Random graphs, rows and requests for the model test.
#pragma once

#include "tests/model/model.h"

namespace diotima::model {

struct Definitions : ModelGraph {
  Graph graph;
};

// What a run works with.
struct Plan {
  // Two over the same features: the second with other code versions.
  std::vector<Definitions> graphs;
  std::map<std::string, Type> types;                        // of all user columns
  std::map<std::string, std::vector<std::string>> columns;  // that writes of a feature may name
  Hasher hasher;
  size_t memory_budget = 0;
  size_t bulk_commit_threshold = 0;
  std::optional<std::string> materialization_id;
  bool fallback = false;  // the main store falls back to the other one
};

Plan RandomPlan(Random* random);

// From few values, so that they meet. Not null.
json RandomCell(const Type& type, Random* random);
// As RandomCell, but mostly one of two: rows are rewritten and joined often.
json RandomId(const Type& type, Random* random);
json RandomHash(Random* random);

// A row to write, or a sample. `times`: of commits so far.
Cells RandomRow(const Plan& plan, const FeatureSpec& spec, const std::vector<int64_t>& times,
                Random* random);
std::vector<Cells> RandomRows(const Plan& plan, const FeatureSpec& spec,
                              const std::vector<int64_t>& times, Random* random);

// Columns of a feature for filters; `system`: also system columns.
FilterColumns ColumnsOf(const Plan& plan, const FeatureSpec& spec,
                        const std::set<std::string>& columns, bool system);

ModelRead RandomRead(const Plan& plan, const Model& model, const FeatureSpec& spec,
                     const std::vector<int64_t>& times, Random* random);
ModelResolve RandomResolve(const Plan& plan, const Model& model, const FeatureSpec& spec,
                           const std::vector<int64_t>& times, Random* random);

}  // namespace diotima::model
