#include "kv/resolve.h"

#include <algorithm>

#include "codec/status_macros.h"
#include "graph/aggregated_input.h"
#include "graph/definitions.h"
#include "graph/increment.h"
#include "kv/join_inputs.h"
#include "kv/sample_reader.h"

namespace diotima {

class UpdateCursor::Impl {
 public:
  const Increment& Counts() {
    const IncrementCounts& c = cursor->counts();
    counts.new_rows = c.new_rows;
    counts.stale = c.stale;
    counts.orphaned = c.orphaned;
    counts.progress.reset();
    if (c.keys > 0 && !samples) {
      counts.progress =
          static_cast<double>(c.keys - c.new_keys) / static_cast<double>(c.keys) * 100;
    }
    return counts;
  }

  std::unique_ptr<IncrementCursor> cursor;
  std::vector<std::string> warnings;
  bool samples = false;
  Increment counts;
};

namespace {

class Resolver {
 public:
  Resolver(StoreCore* core, const ResolveOptions& options)
      : core_(core), options_(options), view_(core->catalog->TakeView()) {}

  Result<std::unique_ptr<IncrementCursor>> Run(std::string_view feature) {
    DIOTIMA_ASSIGN(definition_, core_->Definition(feature));
    if (options_.samples == nullptr && definition_.spec->deps.empty()) {
      return Status::InvalidArgument("feature '" + definition_.spec->key +
                                     "' is a root: pass samples, rows with its id columns and " +
                                     std::string(kProvenanceByField));
    }
    NoteIdleFilters();
    DIOTIMA_TRY(FindCurrent());
    DIOTIMA_TRY(options_.samples != nullptr ? OpenSamples() : OpenDeps());
    std::unique_ptr<JoinInput> current;
    if (current_version_ != nullptr) {
      DIOTIMA_ASSIGN(current, OpenCurrent());
    }
    IncrementOptions increment;
    increment.skip_comparison = options_.skip_comparison;
    increment.samples = options_.samples != nullptr;
    increment.orphaned_keys_only = HasExpansion();
    increment.staleness_predicates = std::move(predicates_);
    std::unique_ptr<ProvenanceHasher> hasher;
    if (!increment.samples) {
      hasher = std::make_unique<ProvenanceHasher>(core_->graph(), *definition_.spec, core_->hasher);
    }
    // Inputs point to the plan's deps, which stay where they are when the plan is moved.
    return std::make_unique<IncrementCursor>(std::move(plan_), std::move(hasher),
                                             std::move(inputs_), std::move(current),
                                             std::move(increment));
  }

  std::vector<std::string> warnings() { return std::move(warnings_); }

 private:
  bool HasExpansion() const {
    return std::any_of(definition_.spec->deps.begin(), definition_.spec->deps.end(),
                       [](auto& dep) { return dep.lineage.kind == LineageKind::kExpansion; });
  }

  void NoteIdleFilters() {
    for (const auto& [feature, filters] : options_.filters) {
      const auto& deps = definition_.spec->deps;
      const bool used = feature == definition_.spec->key ||
                        (options_.samples == nullptr &&
                         std::any_of(deps.begin(), deps.end(),
                                     [&](const auto& dep) { return dep.feature == feature; }));
      if (used) continue;
      warnings_.push_back("filters for '" + feature +
                          "' are ignored: it takes no part in resolving '" + definition_.spec->key +
                          "'");
    }
  }

  std::vector<std::string> FiltersFor(const std::string& feature) const {
    std::vector<std::string> filters;
    if (auto it = options_.filters.find(feature); it != options_.filters.end())
      filters = it->second;
    filters.insert(filters.end(), options_.global_filters.begin(), options_.global_filters.end());
    return filters;
  }

  std::vector<std::string> TargetFilters() const {
    auto filters = FiltersFor(definition_.spec->key);
    filters.insert(filters.end(), options_.target_filters.begin(), options_.target_filters.end());
    return filters;
  }

  Status FindCurrent() {
    current_entry_ = view_.catalog->Find(definition_.spec->key);
    if (!current_entry_) return Status::Ok();
    DIOTIMA_ASSIGN(const VersionEntry* version, CurrentVersion(*current_entry_, definition_));
    if (options_.skip_comparison) return Status::Ok();
    // Filters and predicates are checked even where no row of this version is stored.
    RowLayout layout;
    layout.columns = current_entry_->columns;
    layout.MakeSchema();
    DIOTIMA_TRY(BindFilters(TargetFilters(), *layout.schema, definition_.spec->key).status());
    DIOTIMA_ASSIGN(predicates_, BindFilters(options_.staleness_predicates, *layout.schema,
                                            definition_.spec->key));
    current_version_ = version;
    return Status::Ok();
  }

  Status OpenSamples() {
    DIOTIMA_ASSIGN(SampleInput samples,
                   ReadSamples(core_, view_, definition_, TargetFilters(), options_.samples));
    plan_ = std::move(samples.plan);
    inputs_.push_back(std::move(samples.input));
    return Status::Ok();
  }

  Status OpenDeps() {
    std::vector<UpstreamInfo> infos;
    std::vector<std::unique_ptr<FilteredScan>> scans;
    for (const FeatureDep& dep : definition_.spec->deps) {
      ReadOptions read;
      read.filters = FiltersFor(dep.feature);
      DIOTIMA_ASSIGN(auto scan, OpenScan(core_, view_, dep.feature, read, /*stop_at_damage=*/true));
      DIOTIMA_ASSIGN(const FeatureDefinition upstream, core_->Definition(dep.feature));
      const auto entry = view_.catalog->Find(dep.feature);
      const VersionEntry* version = entry->FindVersion(upstream.feature_version);
      infos.push_back({scan->schema(), entry->columns.size(),
                       version != nullptr ? version->id_columns : upstream.spec->id_columns});
      scans.push_back(std::move(scan));
    }
    const auto own_key =
        current_version_ != nullptr ? current_version_->id_columns : std::vector<std::string>();
    DIOTIMA_ASSIGN(plan_, PlanIncrement(core_->graph(), *definition_.spec, infos, own_key));
    for (size_t i = 0; i < scans.size(); ++i) {
      const DepPlan& dep = plan_.deps[i];
      auto rows = std::make_unique<ParticipantRows>(std::move(scans[i]), &dep);
      DIOTIMA_ASSIGN(auto input, dep.dep->lineage.kind == LineageKind::kAggregation
                                     ? AggregatedInputOf(std::move(rows), dep)
                                     : JoinInputOf(std::move(rows), dep.key_columns,
                                                   plan_.join_columns, dep.join_columns));
      inputs_.push_back(std::move(input));
    }
    return Status::Ok();
  }

  Result<std::unique_ptr<JoinInput>> OpenCurrent() {
    ReadOptions read;
    read.filters = TargetFilters();
    DIOTIMA_ASSIGN(auto scan,
                   OpenScan(core_, view_, definition_.spec->key, read, /*stop_at_damage=*/true));
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
    return JoinInputOf(std::make_unique<ParticipantRows>(std::move(scan), nullptr),
                       current_version_->id_columns, plan_.join_columns, columns);
  }

  // Rows of unlike types would silently never match.
  Status CheckJoinType(const std::string& name, const Type& own) const {
    for (const auto& output : plan_.output) {
      if (output.column.name != name) continue;
      const Kind expected = output.column.type.kind();
      auto integer = [](Kind kind) { return kind == Kind::kInt64 || kind == Kind::kUint64; };
      if (expected == own.kind() || (integer(expected) && integer(own.kind())) ||
          expected == Kind::kNull || own.kind() == Kind::kNull) {
        return Status::Ok();
      }
      return Status::SchemaMismatch("feature '" + definition_.spec->key + "': the join column '" +
                                    name + "' is " + own.ToString() + " in its stored rows and " +
                                    output.column.type.ToString() + " in what it is made from");
    }
    return Status::Ok();
  }

  // Groups by `on`: rows are read in the order of the join columns, the rest of `on`, and the ids.
  Result<std::unique_ptr<JoinInput>> AggregatedInputOf(std::unique_ptr<ParticipantRows> rows,
                                                       const DepPlan& dep) {
    const FeatureSpec& upstream = *core_->graph().Find(dep.dep->feature);
    std::vector<std::string> order = plan_.join_columns;
    auto add = [&](const std::string& name) {
      if (std::find(order.begin(), order.end(), name) == order.end()) order.push_back(name);
    };
    for (const auto& name : dep.dep->lineage.on.value_or(definition_.spec->id_columns)) add(name);
    const size_t group_values = order.size();
    for (const auto& id : upstream.id_columns) add(Renamed(*dep.dep, id));
    std::vector<size_t> columns;
    for (const auto& name : order) {
      const auto column = dep.renamed->Find(name);
      if (!column) {
        return Status::InvalidArgument("feature '" + definition_.spec->key + "': the dep on '" +
                                       dep.dep->feature + "' aggregates on the unknown column '" +
                                       name + "'");
      }
      columns.push_back(dep.renamed_columns[*column]);
    }
    std::vector<std::string> fields;
    for (const auto& field : upstream.fields) fields.push_back(StructKey(field.key));
    DIOTIMA_ASSIGN(auto sorted, JoinInputOf(std::move(rows), dep.key_columns, order, columns));
    return std::unique_ptr<JoinInput>(
        std::make_unique<AggregatedInput>(std::move(sorted), plan_.join_columns.size(),
                                          group_values, std::move(fields), core_->hasher));
  }

  // `rows` in the order of `order`, which are `columns` of their schema: as they come where that is
  // the order of their key, else sorted.
  Result<std::unique_ptr<JoinInput>> JoinInputOf(std::unique_ptr<ParticipantRows> rows,
                                                 const std::vector<std::string>& key_columns,
                                                 const std::vector<std::string>& order,
                                                 const std::vector<size_t>& columns) {
    if (StartsWith(key_columns, order)) {
      return StreamInput(std::move(rows), order.size(), key_columns.size());
    }
    JoinSorter sorter(core_->engine->TemporaryDirectory(), core_->options.memory_budget);
    std::shared_ptr<const RowLayout> layout;
    for (; rows->Valid(); rows->Next()) {
      if (!layout) layout = rows->row().layout().shared_from_this();
      DIOTIMA_TRY(sorter.Add(rows->row(), columns));
    }
    DIOTIMA_TRY(rows->status());
    return sorter.Finish(layout, {});
  }

  StoreCore* const core_;
  const ResolveOptions& options_;
  const StoreView view_;
  FeatureDefinition definition_;
  std::shared_ptr<const FeatureEntry> current_entry_;
  const VersionEntry* current_version_ = nullptr;
  std::vector<BoundFilter> predicates_;
  IncrementPlan plan_;
  std::vector<std::unique_ptr<JoinInput>> inputs_;
  std::vector<std::string> warnings_;
};

}  // namespace

Result<UpdateCursor> ResolveUpdate(StoreCore* core, std::string_view feature,
                                   const ResolveOptions& options) {
  Resolver resolver(core, options);
  auto impl = std::make_unique<UpdateCursor::Impl>();
  DIOTIMA_ASSIGN(impl->cursor, resolver.Run(feature));
  if (!impl->cursor->status().ok()) return impl->cursor->status();
  impl->warnings = resolver.warnings();
  impl->samples = options.samples != nullptr;
  return UpdateCursor(std::move(impl));
}

UpdateCursor::UpdateCursor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
UpdateCursor::UpdateCursor(UpdateCursor&&) noexcept = default;
UpdateCursor& UpdateCursor::operator=(UpdateCursor&&) noexcept = default;
UpdateCursor::~UpdateCursor() = default;
bool UpdateCursor::Valid() const { return impl_->cursor->Valid(); }
void UpdateCursor::Next() { impl_->cursor->Next(); }
const Status& UpdateCursor::status() const { return impl_->cursor->status(); }
Change UpdateCursor::change() const { return static_cast<Change>(impl_->cursor->change()); }
const Row& UpdateCursor::row() const { return impl_->cursor->row(); }
const Increment& UpdateCursor::counts() const { return impl_->Counts(); }
const std::vector<std::string>& UpdateCursor::warnings() const { return impl_->warnings; }

std::string_view ChangeName(Change change) {
  switch (change) {
    case Change::kNew:
      return "new";
    case Change::kStale:
      return "stale";
    case Change::kOrphaned:
      return "orphaned";
  }
  return "unknown";
}

}  // namespace diotima
