// Builds an increment: its plan, its inputs over stored rows or samples, and the current rows.
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
  // `graph` has the definitions to use. All arguments must outlive the builder, and the core must
  // outlive what it builds.
  IncrementBuilder(const StoreCore* core, const Graph& graph, const ResolveOptions& options)
      : core_(core), graph_(graph), options_(options), finder_(core) {}

  // Finds the definition, and makes the plan and the inputs of expected and current rows.
  Status Prepare(std::string_view feature);
  // Returns the increment. Requires Prepare.
  std::unique_ptr<IncrementCursor> Build();
  // Returns the plan in words. Requires Prepare.
  std::string Explain() const;

  // Returns the rows of a scan of the feature, in the order of the join columns. Requires Prepare.
  Result<std::unique_ptr<JoinInput>> InJoinOrder(std::unique_ptr<FilteredScan> scan,
                                                 const std::vector<std::string>& key_columns);

  const FeatureDefinition& definition() const { return definition_; }
  SourceFinder* finder() { return &finder_; }
  const std::vector<std::string>& warnings() const { return warnings_; }
  // Returns the columns of orphaned rows; empty if there are no current rows.
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

  Status CheckScope() const;
  void NoteFilters();
  void NoteOrphaning(const std::string& upstream);
  // Returns whether orphaned rows are join keys, each once.
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
  // Finds the columns by which an aggregated dep is sorted: join columns, the rest of `on`, ids.
  Status AggregationOrder(const DepPlan& dep, std::vector<std::string>* order,
                          std::vector<size_t>* columns, size_t* group_values) const;
  // Returns `rows` in the order of the columns `order` (`columns` of their schema): streamed if
  // their key begins with these, else sorted.
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
