#include "kv/scan/filtered_scan.h"

#include <diotima/status_macros.h>
#include <diotima/text.h>

#include <algorithm>

#include "kv/catalog/journal.h"
#include "kv/engine/scan_keys.h"

namespace diotima {

Result<std::vector<const VersionEntry*>> SelectVersions(const StoreCore& core, const Graph& graph,
                                                        const FeatureEntry& entry,
                                                        const ReadOptions& options) {
  std::vector<const VersionEntry*> versions;
  if (options.feature_version) {
    DIOTIMA_ASSIGN(versions.emplace_back(), entry.GetVersion(*options.feature_version));
  } else if (options.with_feature_history) {
    for (const auto& version : entry.versions) versions.push_back(&version);
  } else {
    DIOTIMA_ASSIGN(const FeatureDefinition definition, core.Definition(graph, entry.key));
    DIOTIMA_ASSIGN(const VersionEntry* version, CurrentVersion(entry, definition));
    if (version != nullptr) versions.push_back(version);
  }
  return versions;
}

Result<uint64_t> CountRows(const StoreCore* core, const StoreView& view, VersionId version) {
  if (!view.catalog->Upkeep(version).expires) {
    return CountByJournal(core->engine.get(), view.snapshot.get(), version);
  }
  rocksdb::ReadOptions options;
  options.snapshot = view.snapshot.get();
  KeyScan it = ScanKeys(core->engine.get(), core->engine->rows(), RangeOf(version), options);
  uint64_t rows = 0;
  for (; it.Valid(); it.Next()) ++rows;
  DIOTIMA_TRY(FromRocks(it.status(), "cannot count rows"));
  return rows;
}

void FilteredScan::SkipUnmatched() {
  skipped_ = false;
  while (scan_->Valid()) {
    if (progress_ != nullptr) {
      stopped_ = progress_->Add();
      if (!stopped_.ok()) return;
    }
    bool matches = samples_.Matches(scan_->row());
    for (auto& filter : filters_) matches = matches && filter.Matches(scan_->row());
    if (matches) return;
    skipped_ = true;
    scan_->Next();
  }
}

Result<std::vector<BoundFilter>> BindFilters(const std::vector<std::string>& filters,
                                             const Schema& schema, std::string_view feature) {
  std::vector<BoundFilter> bound;
  for (const auto& text : filters) {
    auto bind = [&]() -> Result<BoundFilter> {
      DIOTIMA_ASSIGN(const Filter filter, Filter::Parse(text));
      return filter.Bind(schema);
    };
    auto filter = bind();
    if (!filter.ok()) {
      return filter.status().Prefixed("feature '" + std::string(feature) + "': ");
    }
    bound.push_back(*std::move(filter));
  }
  return bound;
}

Result<const VersionEntry*> CurrentVersion(const FeatureEntry& entry,
                                           const FeatureDefinition& definition) {
  const VersionEntry* version = entry.FindVersion(definition.feature_version);
  if (version != nullptr) {
    DIOTIMA_TRY(CheckIdColumns(entry.key, *version, definition.spec->id_columns));
  }
  return version;
}

// What was superseded before the horizon of a purge may be gone.
Status CheckHorizon(const FeatureSource& source, const std::vector<const VersionEntry*>& versions,
                    std::optional<Time> as_of) {
  if (!as_of) return Status::Ok();
  for (const VersionEntry* version : versions) {
    const int64_t horizon =
        source.view.catalog->Upkeep({source.entry->id, version->id}).purge_horizon;
    if (ToMicros(*as_of) >= horizon) continue;
    return Status::InvalidArgument(
        "feature '" + source.entry->key + "' cannot be read as of " + TimestampText(*as_of) +
        ": its history of version " + version->feature_version + " before " +
        TimestampText(FromMicros(horizon)) + " was purged; ask for that time or later");
  }
  return Status::Ok();
}

Result<std::unique_ptr<FilteredScan>> OpenScan(SourceFinder* finder, const Graph& graph,
                                               std::string_view feature, const ReadOptions& options,
                                               bool stop_at_damage) {
  FeatureSource source = finder->Find(feature, options.allow_fallback);
  if (source.core == nullptr) {
    // A name that is neither defined nor stored is more likely a typing error.
    if (graph.Find(feature) == nullptr && !graph.empty()) DIOTIMA_TRY(graph.Get(feature).status());
    return NeverWritten(feature);
  }
  ScanOptions scan;
  DIOTIMA_ASSIGN(scan.versions, SelectVersions(*source.core, graph, *source.entry, options));
  DIOTIMA_TRY(CheckHorizon(source, scan.versions, options.as_of));
  scan.with_sample_history = options.with_sample_history;
  scan.include_soft_deleted = options.include_soft_deleted;
  scan.only_soft_deleted = options.only_soft_deleted;
  if (options.as_of) scan.as_of = ToMicros(*options.as_of);
  scan.stop_at_damage = stop_at_damage;
  auto rows = std::make_unique<FeatureScan>(source.core->engine.get(), source.view, source.entry,
                                            std::move(scan));
  DIOTIMA_ASSIGN(auto filters, BindFilters(options.filters, *rows->schema(), feature));
  return std::make_unique<FilteredScan>(std::move(source), std::move(rows), std::move(filters));
}

}  // namespace diotima
