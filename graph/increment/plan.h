// Plans the increment of a feature: which columns of which upstream rows make an expected row, and
// by which columns rows are joined and compared (docs/semantics.md, "Resolve update").
#pragma once

#include <diotima/filter.h>
#include <diotima/graph.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace diotima {

// A column of a participant's rows.
struct ColumnRef {
  size_t dep = 0;
  size_t column = 0;  // of the dep's schema
};

struct OutputColumn {
  Column column;
  std::vector<ColumnRef> sources;  // the first that has a row gives the value
};

// A dep as the feature sees its rows.
struct DepPlan {
  const FeatureDep* dep = nullptr;
  std::shared_ptr<const Schema> upstream;  // of the upstream's rows
  std::shared_ptr<const Schema> renamed;   // its user columns under the feature's names
  std::vector<size_t> renamed_columns;     // of each of them, the column of `upstream`
  std::vector<BoundFilter> filters;        // the dep's own, on `renamed`
  std::vector<std::string> key_columns;    // the upstream's id columns in key order, renamed
  std::vector<size_t> join_columns;  // of IncrementPlan::join_columns, the column of `upstream`
};

struct IncrementPlan {
  std::vector<DepPlan> deps;
  // The columns by which rows are joined and compared, in the order by which they are sorted.
  std::vector<std::string> join_columns;
  std::vector<OutputColumn> output;  // the joined user columns
};

// One upstream feature of the plan: what its rows look like, and the order of its key.
struct UpstreamInfo {
  std::shared_ptr<const Schema> schema;
  size_t user_columns = 0;  // the first of the schema are the user's
  std::vector<std::string> key_columns;
};

// Returns the plan. `upstream` has one entry for each dep of `spec`. `own_key` has the id columns
// of the current rows in key order, or is empty. kInvalidArgument, naming the column, for unknown
// columns and collisions.
Result<IncrementPlan> PlanIncrement(const Graph& graph, const FeatureSpec& spec,
                                    const std::vector<UpstreamInfo>& upstream,
                                    const std::vector<std::string>& own_key);

// Puts `columns` in the order of `key` if that begins with them; otherwise returns false.
bool OrderAsKey(const std::vector<std::string>& key, std::vector<std::string>* columns);

// Returns whether `key` begins with the join columns, in that order. Rows in key order are then in
// join order.
bool StartsWith(const std::vector<std::string>& key, const std::vector<std::string>& join_columns);

}  // namespace diotima
