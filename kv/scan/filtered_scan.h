// Reads a feature as docs/semantics.md, "Read", defines it: versions, latest rows, filters.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "codec/base/row_cursor.h"
#include "codec/filter/row_filter.h"
#include "codec/row/sample_filter.h"
#include "kv/catalog/feature_draft.h"
#include "kv/core.h"
#include "kv/scan/feature_scan.h"
#include "kv/scan/row_progress.h"
#include "kv/scan/source.h"

namespace diotima {

// A scan of the rows that match filters. Not thread-safe.
class FilteredScan {
 public:
  FilteredScan(FeatureSource source, std::unique_ptr<FeatureScan> scan,
               std::vector<BoundFilter> filters)
      : source_(std::move(source)), scan_(std::move(scan)) {
    Narrow(RowFilter(std::move(filters)));
  }

  // Adds a filter, which applies from the current row on.
  void Narrow(RowFilter filter) {
    filters_.push_back(std::move(filter));
    SkipUnmatched();
  }

  // Keeps the rows of some samples only, from the current row on.
  void Narrow(SampleFilter samples) {
    samples_ = std::move(samples);
    SkipUnmatched();
  }

  const FeatureSource& source() const { return source_; }

  bool Valid() const { return stopped_.ok() && scan_->Valid(); }
  // Counts the rows that the scan reads from here on. An error of the callback ends the scan.
  void Count(RowProgress* progress) { progress_ = progress; }
  void Next() {
    scan_->Next();
    SkipUnmatched();
  }
  // Returns whether rows that did not match lie between the previous row and this one, or the end.
  bool skipped() const { return skipped_; }
  const Status& status() const { return stopped_.ok() ? scan_->status() : stopped_; }
  const StoredRow& row() const { return scan_->row(); }
  const std::shared_ptr<const Schema>& schema() const { return scan_->schema(); }

 private:
  void SkipUnmatched();

  const FeatureSource source_;
  std::unique_ptr<FeatureScan> scan_;
  std::vector<RowFilter> filters_;
  SampleFilter samples_;
  bool skipped_ = false;
  RowProgress* progress_ = nullptr;
  Status stopped_;
};
static_assert(RowCursor<FilteredScan>);

// Parses and binds each filter; errors name the feature.
Result<std::vector<BoundFilter>> BindFilters(const std::vector<std::string>& filters,
                                             const Schema& schema, std::string_view feature);

// Returns the version of `entry` that the definition has; null if no row of it was written.
// kSchemaMismatch when it was written with other id columns.
Result<const VersionEntry*> CurrentVersion(const FeatureEntry& entry,
                                           const FeatureDefinition& definition);

// Returns the versions that `options` ask for, of those that were written.
Result<std::vector<const VersionEntry*>> SelectVersions(const StoreCore& core, const Graph& graph,
                                                        const FeatureEntry& entry,
                                                        const ReadOptions& options);

// Returns how many rows of a version are stored, history included: by the journal if it is
// complete, else by reading their keys.
Result<uint64_t> CountRows(const StoreCore* core, const StoreView& view, VersionId version);

// Opens a scan of a feature in the store where the finder has it. The current version is that of
// `graph`. kNotFound for a feature that was never written. `stop_at_damage`: see ScanOptions.
Result<std::unique_ptr<FilteredScan>> OpenScan(SourceFinder* finder, const Graph& graph,
                                               std::string_view feature, const ReadOptions& options,
                                               bool stop_at_damage);

}  // namespace diotima
