// Puts together what an increment is computed from: the plan, its inputs over stored rows or
// samples, and the current rows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph/increment/increment.h"
#include "kv/core.h"
#include "kv/resolve/join_inputs.h"
#include "kv/scan/source.h"

namespace diotima {

// Used once. Not thread-safe.
class IncrementBuilder {
 public:
  // `graph` is the one whose definitions count; all of these must outlive the builder, and the
  // store what it builds.
  IncrementBuilder(const StoreCore* core, const Graph& graph, const ResolveOptions& options)
      : core_(core), graph_(graph), options_(options), finder_(core) {}

  // Finds the definition, the plan, the inputs of expected and of current rows.
  Status Prepare(std::string_view feature);
  // After Prepare: the increment.
  std::unique_ptr<IncrementCursor> Build();
  // After Prepare: the plan in words.
  std::string Explain() const;

  // After Prepare: rows of any scan of the feature, in the order of the plan's join columns.
  Result<std::unique_ptr<JoinInput>> InJoinOrder(std::unique_ptr<FilteredScan> scan,
                                                 const std::vector<std::string>& key_columns);

  const FeatureDefinition& definition() const { return definition_; }
  SourceFinder* finder() { return &finder_; }
  const std::vector<std::string>& warnings() const { return warnings_; }
  // Of orphaned rows; empty where there are no current rows.
  const Schema& orphan_schema() const { return orphan_schema_; }

 private:
  // How one participant is read, for Explain.
  struct Access {
    std::string feature;
    std::string store;
    std::vector<std::string> filters;
    bool sorted = false;
    std::vector<std::string> order;
    std::vector<std::string> key;
  };

  void NoteIdleFilters();
  // Orphaned rows are join keys, each once.
  bool OrphansAreKeys() const;
  std::vector<std::string> FiltersFor(const std::string& feature) const;
  std::vector<std::string> TargetFilters() const;
  ReadOptions Reading(std::vector<std::string> filters) const;
  Status FindCurrent();
  Status OpenSamples();
  Status OpenDeps();
  Status OpenDep(std::unique_ptr<FilteredScan> scan, const DepPlan& dep);
  Status OpenCurrent();
  Status CheckJoinType(const std::string& name, const Type& own) const;
  // The columns whose order an aggregated dep is read in: join columns, the rest of `on`, ids.
  Status AggregationOrder(const DepPlan& dep, std::vector<std::string>* order,
                          std::vector<size_t>* columns, size_t* group_values) const;
  // `rows` in the order of `order`, which are `columns` of their schema: as they come where that is
  // the order of their key, else sorted.
  Result<std::unique_ptr<JoinInput>> Ordered(std::unique_ptr<FilteredScan> rows,
                                             const std::vector<std::string>& key_columns,
                                             const std::vector<std::string>& order,
                                             const std::vector<size_t>& columns);
  void NoteAccess(const std::string& feature, const FilteredScan& scan,
                  std::vector<std::string> filters);
  void ExplainAccess(const Access& access, std::string* out) const;
  void ExplainDep(const DepPlan& dep, std::string* out) const;
  void ExplainHashes(std::string* out) const;

  const StoreCore* const core_;
  const Graph& graph_;
  const ResolveOptions& options_;
  SourceFinder finder_;
  FeatureDefinition definition_;
  std::shared_ptr<const FeatureEntry> current_entry_;
  const VersionEntry* current_version_ = nullptr;
  Schema orphan_schema_;
  std::vector<BoundFilter> predicates_;
  IncrementPlan plan_;
  std::vector<std::unique_ptr<JoinInput>> inputs_;
  std::unique_ptr<JoinInput> current_;
  std::vector<Access> accesses_;
  std::vector<std::string> warnings_;
};

}  // namespace diotima
