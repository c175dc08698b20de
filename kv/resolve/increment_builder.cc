#include "kv/resolve/increment_builder.h"

#include <diotima/status_macros.h>

#include <algorithm>

#include "codec/base/messages.h"
#include "codec/row/key.h"
#include "graph/increment/aggregated_input.h"
#include "graph/spec/definitions.h"
#include "kv/resolve/sample_reader.h"

namespace diotima {

Status IncrementBuilder::Prepare(std::string_view feature) {
  DIOTIMA_ASSIGN(definition_, core_->Definition(graph_, feature));
  if (options_.samples == nullptr && definition_.spec->deps.empty()) {
    return Status::InvalidArgument("feature '" + definition_.spec->key +
                                   "' is a root: pass samples, rows with its id columns and " +
                                   std::string(kProvenanceByField));
  }
  DIOTIMA_TRY(CheckScope());
  DIOTIMA_TRY(FindCurrent());
  NoteFilters();
  DIOTIMA_TRY(options_.samples != nullptr ? OpenSamples() : OpenDeps());
  return current_version_ == nullptr ? Status::Ok() : OpenCurrent();
}

std::unique_ptr<IncrementCursor> IncrementBuilder::Build() {
  IncrementOptions increment;
  increment.skip_comparison = options_.skip_comparison;
  increment.distinct = options_.distinct;
  increment.samples = options_.samples != nullptr;
  increment.orphaned_keys_only = OrphansAreKeys();
  increment.staleness_predicates = std::move(predicates_);
  std::unique_ptr<ProvenanceHasher> hasher;
  if (!increment.samples) {
    hasher = std::make_unique<ProvenanceHasher>(graph_, *definition_.spec, core_->hasher);
  }
  // Inputs point to the plan's deps, which stay where they are when the plan is moved.
  return std::make_unique<IncrementCursor>(std::move(plan_), std::move(hasher), std::move(inputs_),
                                           std::move(current_), std::move(increment));
}

bool IncrementBuilder::OrphansAreKeys() const {
  return std::any_of(definition_.spec->deps.begin(), definition_.spec->deps.end(),
                     [](const auto& dep) { return dep.lineage.kind == LineageKind::kExpansion; });
}

// By a column that is not compared, a sample might be in the scope on one side only.
Status IncrementBuilder::CheckScope() const {
  if (!options_.scope) return Status::Ok();
  const auto joins = core_->graph().JoinColumns(definition_.spec->key);
  for (const auto& name : options_.scope->columns()) {
    if (std::find(joins.begin(), joins.end(), name) != joins.end()) continue;
    return Status::InvalidArgument("feature '" + definition_.spec->key + "': the scope names '" +
                                   name + "', which is not one of its input id columns (" +
                                   Join(joins) + ")");
  }
  return Status::Ok();
}

void IncrementBuilder::NoteFilters() {
  const auto& deps = definition_.spec->deps;
  for (const auto& [feature, filters] : options_.filters) {
    const bool upstream =
        std::any_of(deps.begin(), deps.end(),
                    [&feature = feature](const auto& dep) { return dep.feature == feature; });
    if (feature == definition_.spec->key) continue;
    if (upstream && options_.samples == nullptr) {
      NoteOrphaning(feature);
      continue;
    }
    warnings_.push_back("filters for '" + feature +
                        "' are ignored: it takes no part in resolving '" + definition_.spec->key +
                        "'");
  }
}

void IncrementBuilder::NoteOrphaning(const std::string& upstream) {
  if (current_version_ == nullptr || !TargetFilters().empty()) return;
  warnings_.push_back("filters for '" + upstream +
                      "': stored samples that do not meet them are orphaned; to look at some "
                      "samples only, name them by a scope (--only-ids)");
}

std::vector<std::string> IncrementBuilder::FiltersFor(const std::string& feature) const {
  std::vector<std::string> filters;
  if (auto it = options_.filters.find(feature); it != options_.filters.end()) filters = it->second;
  filters.insert(filters.end(), options_.global_filters.begin(), options_.global_filters.end());
  return filters;
}

std::vector<std::string> IncrementBuilder::TargetFilters() const {
  auto filters = FiltersFor(definition_.spec->key);
  filters.insert(filters.end(), options_.target_filters.begin(), options_.target_filters.end());
  return filters;
}

ReadOptions IncrementBuilder::Reading(std::vector<std::string> filters) const {
  ReadOptions read;
  read.filters = std::move(filters);
  read.as_of = options_.as_of;
  return read;
}

Status IncrementBuilder::FindCurrent() {
  current_entry_ = finder_.Find(definition_.spec->key, /*allow_fallback=*/false).entry;
  if (!current_entry_) return Status::Ok();
  DIOTIMA_ASSIGN(const VersionEntry* version, CurrentVersion(*current_entry_, definition_));
  if (options_.skip_comparison) return Status::Ok();
  // Filters and predicates are checked even where no row of this version is stored.
  RowLayout layout;
  layout.columns = current_entry_->columns;
  layout.MakeSchema();
  const std::string& key = definition_.spec->key;
  DIOTIMA_TRY(BindFilters(TargetFilters(), *layout.schema, key).status());
  DIOTIMA_ASSIGN(predicates_, BindFilters(options_.staleness_predicates, *layout.schema, key));
  current_version_ = version;
  return Status::Ok();
}

Status IncrementBuilder::OpenSamples() {
  DIOTIMA_ASSIGN(SampleInput samples,
                 ReadSamples(core_, finder_.view(), definition_, TargetFilters(), options_));
  plan_ = std::move(samples.plan);
  inputs_.push_back(std::move(samples.input));
  return Status::Ok();
}

Status IncrementBuilder::OpenDeps() {
  std::vector<UpstreamInfo> infos;
  std::vector<std::unique_ptr<FilteredScan>> scans;
  for (const FeatureDep& dep : definition_.spec->deps) {
    const ReadOptions read = Reading(FiltersFor(dep.feature));
    DIOTIMA_ASSIGN(auto scan,
                   OpenScan(&finder_, graph_, dep.feature, read, /*stop_at_damage=*/true));
    NoteAccess(dep.feature, *scan, read.filters);
    DIOTIMA_ASSIGN(const FeatureDefinition upstream, core_->Definition(graph_, dep.feature));
    const FeatureEntry& entry = *scan->source().entry;
    const VersionEntry* version = entry.FindVersion(upstream.feature_version);
    infos.push_back({scan->schema(), entry.columns.size(),
                     version != nullptr ? version->id_columns : upstream.spec->id_columns});
    scans.push_back(std::move(scan));
  }
  const auto own_key =
      current_version_ != nullptr ? current_version_->id_columns : std::vector<std::string>();
  DIOTIMA_ASSIGN(plan_, PlanIncrement(graph_, *definition_.spec, infos, own_key));
  for (size_t i = 0; i < scans.size(); ++i) {
    DIOTIMA_TRY(OpenDep(std::move(scans[i]), plan_.deps[i]));
  }
  return Status::Ok();
}

Status IncrementBuilder::OpenDep(std::unique_ptr<FilteredScan> scan, const DepPlan& dep) {
  scan->Narrow(RowFilter(dep.filters, ColumnView(dep.renamed, dep.renamed_columns)));
  if (options_.scope) {
    DIOTIMA_ASSIGN(const SampleFilter scope,
                   SampleFilter::Bind(options_.scope, *dep.renamed, dep.dep->feature));
    std::vector<size_t> columns;
    for (const size_t column : scope.columns()) columns.push_back(dep.renamed_columns[column]);
    scan->Narrow(SampleFilter(options_.scope, std::move(columns)));
  }
  if (dep.dep->lineage.kind != LineageKind::kAggregation) {
    DIOTIMA_ASSIGN(auto input,
                   Ordered(std::move(scan), dep.key_columns, plan_.join_columns, dep.join_columns));
    inputs_.push_back(std::move(input));
    return Status::Ok();
  }
  std::vector<std::string> order;
  std::vector<size_t> columns;
  size_t group_values = 0;
  DIOTIMA_TRY(AggregationOrder(dep, &order, &columns, &group_values));
  std::vector<std::string> fields;
  for (const auto& field : graph_.Find(dep.dep->feature)->fields) {
    fields.push_back(StructKey(field.key));
  }
  DIOTIMA_ASSIGN(auto sorted, Ordered(std::move(scan), dep.key_columns, order, columns));
  inputs_.push_back(std::make_unique<AggregatedInput>(std::move(sorted), plan_.join_columns.size(),
                                                      group_values, std::move(fields),
                                                      core_->hasher));
  return Status::Ok();
}

Status IncrementBuilder::AggregationOrder(const DepPlan& dep, std::vector<std::string>* order,
                                          std::vector<size_t>* columns,
                                          size_t* group_values) const {
  const auto on = dep.dep->lineage.on.value_or(definition_.spec->id_columns);
  for (const auto& join : plan_.join_columns) {
    if (std::find(on.begin(), on.end(), join) != on.end()) continue;
    // Deps that share no input column are joined on the feature's ids; groups would be split by
    // them.
    return Status::NotSupported(
        "feature '" + definition_.spec->key + "': the dep on '" + dep.dep->feature +
        "' is aggregated, and joined on '" + join +
        "', which is not one of the columns it is aggregated on: add it to `on`");
  }
  *order = plan_.join_columns;
  auto add = [order](const std::string& name) {
    if (std::find(order->begin(), order->end(), name) == order->end()) order->push_back(name);
  };
  for (const auto& name : on) add(name);
  *group_values = order->size();
  for (const auto& id : graph_.Find(dep.dep->feature)->id_columns) add(Renamed(*dep.dep, id));
  for (const auto& name : *order) {
    const auto column = dep.renamed->Find(name);
    if (!column) {
      return SpecError(*definition_.spec, "the dep on '" + dep.dep->feature +
                                              "' aggregates on the unknown column '" + name + "'");
    }
    columns->push_back(dep.renamed_columns[*column]);
  }
  return Status::Ok();
}

Status IncrementBuilder::OpenCurrent() {
  ReadOptions read = Reading(TargetFilters());
  read.allow_fallback = false;
  DIOTIMA_ASSIGN(auto scan, OpenScan(&finder_, graph_, definition_.spec->key, read,
                                     /*stop_at_damage=*/true));
  NoteAccess(definition_.spec->key, *scan, read.filters);
  const std::shared_ptr<const Schema> schema = scan->schema();
  DIOTIMA_ASSIGN(auto scope, SampleFilter::Bind(options_.scope, *schema, definition_.spec->key));
  scan->Narrow(std::move(scope));
  DIOTIMA_ASSIGN(current_, InJoinOrder(std::move(scan), current_version_->id_columns));
  std::vector<Column> orphan = schema->columns();
  if (OrphansAreKeys()) {
    orphan.clear();
    for (const auto& name : plan_.join_columns) orphan.push_back((*schema)[*schema->Find(name)]);
  }
  orphan_schema_ = Schema(std::move(orphan));
  return Status::Ok();
}

Result<std::unique_ptr<JoinInput>> IncrementBuilder::InJoinOrder(
    std::unique_ptr<FilteredScan> scan, const std::vector<std::string>& key_columns) {
  std::vector<size_t> columns;
  for (const auto& name : plan_.join_columns) {
    const auto column = scan->schema()->Find(name);
    if (!column) {
      return Status::SchemaMismatch("feature '" + definition_.spec->key +
                                    "': its stored rows lack the input id column '" + name +
                                    "': write it with them, as an id or as a plain column");
    }
    DIOTIMA_TRY(CheckJoinType(name, (*scan->schema())[*column].type));
    columns.push_back(*column);
  }
  return Ordered(std::move(scan), key_columns, plan_.join_columns, columns);
}

// Rows of unlike types would silently never match.
Status IncrementBuilder::CheckJoinType(const std::string& name, const Type& own) const {
  for (const auto& output : plan_.output) {
    if (output.column.name != name || SameKeyKind(output.column.type.kind(), own.kind())) continue;
    return Status::SchemaMismatch("feature '" + definition_.spec->key + "': the join column '" +
                                  name + "' is " + own.ToString() + " in its stored rows and " +
                                  output.column.type.ToString() + " in what it is made from");
  }
  return Status::Ok();
}

Result<std::unique_ptr<JoinInput>> IncrementBuilder::Ordered(
    std::unique_ptr<FilteredScan> rows, const std::vector<std::string>& key_columns,
    const std::vector<std::string>& order, const std::vector<size_t>& columns) {
  const bool stream = StartsWith(key_columns, order);
  if (!accesses_.empty()) {
    // Participants are opened in the order in which they were noted; the current rows come last.
    Access& access =
        inputs_.size() < accesses_.size() ? accesses_[inputs_.size()] : accesses_.back();
    access.sorted = !stream;
    access.order = order;
    access.key = key_columns;
  }
  if (stream) return StreamInput(std::move(rows), order.size(), key_columns.size());
  JoinSorter sorter(core_->engine->TemporaryDirectory(), core_->options.memory_budget);
  std::shared_ptr<const RowLayout> layout;
  for (; rows->Valid(); rows->Next()) {
    if (!layout) layout = rows->row().layout().shared_from_this();
    DIOTIMA_TRY(sorter.Add(rows->row(), columns));
  }
  DIOTIMA_TRY(rows->status());
  return sorter.Finish(layout);
}

}  // namespace diotima
