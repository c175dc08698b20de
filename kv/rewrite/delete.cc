#include <diotima/status_macros.h>

#include <algorithm>
#include <set>

#include "codec/row/encoder.h"
#include "kv/catalog/draft.h"
#include "kv/commit/committer.h"
#include "kv/commit/write_set.h"
#include "kv/rewrite/in_turn.h"
#include "kv/rewrite/removal_runs.h"
#include "kv/rewrite/rewrite.h"
#include "kv/scan/filtered_scan.h"

namespace diotima {
namespace {

// The features of a cascade, in its order.
std::vector<std::string> CascadeOrder(const Graph& graph, const std::vector<std::string>& features,
                                      Cascade cascade) {
  std::set<std::string> chosen;
  if (cascade == Cascade::kNone) {
    std::vector<std::string> once;
    std::copy_if(features.begin(), features.end(), std::back_inserter(once),
                 [&](const auto& key) { return chosen.insert(key).second; });
    return once;
  }
  chosen.insert(features.begin(), features.end());
  for (const auto& feature : features) {
    if (cascade != Cascade::kUpstream) {
      for (auto& key : graph.Downstream(feature)) chosen.insert(key);
    }
    if (cascade != Cascade::kDownstream) {
      for (auto& key : graph.AllUpstream(feature)) chosen.insert(key);
    }
  }
  std::vector<std::string> order = graph.TopologicalOrder();
  std::erase_if(order, [&](const auto& key) { return !chosen.contains(key); });
  if (cascade == Cascade::kDownstream) std::reverse(order.begin(), order.end());
  return order;
}

class Deleter {
 public:
  Deleter(const StoreCore* core, const DeleteOptions& options)
      : core_(core),
        options_(options),
        finder_(core),
        draft_(core->catalog->state()),
        set_(core),
        remover_(&set_),
        progress_(options.progress) {}

  // `turn` may be null for a dry run.
  Result<DeleteResult> Run(const std::vector<std::string>& features, Committer::Turn* turn) {
    for (const auto& feature : features) DIOTIMA_TRY(core_->graph().Get(feature).status());
    const bool skip = options_.skip_never_written || options_.cascade != Cascade::kNone;
    for (const auto& feature : CascadeOrder(core_->graph(), features, options_.cascade)) {
      rows_ = 0;
      const bool written = finder_.view().catalog->Find(feature) != nullptr;
      if (written || !skip) {
        DIOTIMA_TRY(options_.mode == DeleteMode::kSoft ? MarkRows(feature) : RemoveRows(feature));
      }
      if (written && !options_.with_feature_history) DIOTIMA_TRY(CountOthers(feature));
      result_.features.emplace_back(feature, rows_);
      result_.rows += rows_;
    }
    if (options_.dry_run || set_.empty()) return result_;
    DIOTIMA_ASSIGN(const int64_t time, turn->Apply(&set_, &draft_));
    result_.commit_time = FromMicros(time);
    return result_;
  }

 private:
  // Counts the rows of the versions that are not the current one.
  Status CountOthers(const std::string& feature) {
    const auto entry = finder_.view().catalog->Find(feature);
    DIOTIMA_ASSIGN(const FeatureDefinition definition, core_->Definition(feature));
    uint64_t rows = 0;
    for (const VersionEntry& version : entry->versions) {
      if (version.feature_version == definition.feature_version) continue;
      DIOTIMA_ASSIGN(const uint64_t stored,
                     CountRows(core_, finder_.view(), {entry->id, version.id}));
      rows += stored;
    }
    if (rows > 0) result_.other_versions.emplace_back(feature, rows);
    return Status::Ok();
  }

  ReadOptions Reading() const {
    ReadOptions read;
    read.filters = options_.filters;
    read.with_feature_history = options_.with_feature_history;
    read.allow_fallback = false;
    return read;
  }

  Result<std::unique_ptr<FilteredScan>> Open(const std::string& feature, const ReadOptions& read) {
    DIOTIMA_ASSIGN(auto scan, OpenScan(&finder_, core_->graph(), feature, read,
                                       /*stop_at_damage=*/true));
    DIOTIMA_ASSIGN(auto samples, SampleFilter::Bind(options_.ids, *scan->schema(), feature));
    scan->Count(&progress_);
    scan->Narrow(std::move(samples));
    return scan;
  }

  // Appends the latest row of each matching sample again, deleted.
  Status MarkRows(const std::string& feature) {
    DIOTIMA_ASSIGN(const auto scan, Open(feature, Reading()));
    const RowLayout* layout = nullptr;
    std::unique_ptr<RowEncoder> encoder;
    for (; scan->Valid(); scan->Next()) {
      ++rows_;
      if (options_.dry_run) continue;
      const StoredRow& row = scan->row();
      if (layout != &row.layout()) {
        layout = &row.layout();
        encoder = std::make_unique<RowEncoder>(layout);
      }
      CompleteRow marked = ToCompleteRow(row);
      marked.deleted = true;
      DIOTIMA_ASSIGN(const std::string_view value, encoder->Encode(marked));
      DIOTIMA_TRY(set_.Put(row.key().id, row.key().sample, std::nullopt, value,
                           JournalAction::kSoftDelete));
    }
    return scan->status();
  }

  Status RemoveRows(const std::string& feature) {
    const StoreView& view = finder_.view();
    const auto entry = view.catalog->Find(feature);
    if (!entry) return NeverWritten(feature);
    ReadOptions read = Reading();
    DIOTIMA_ASSIGN(const auto versions, SelectVersions(*core_, core_->graph(), *entry, read));
    // Filters must be right even where there are no rows.
    if (versions.empty()) return Open(feature, read).status();
    const bool all = options_.filters.empty() && !options_.ids;
    for (const VersionEntry* version : versions) {
      DIOTIMA_TRY(all ? RemoveVersion({entry->id, version->id})
                      : RemoveMatching(feature, version->feature_version));
    }
    return Status::Ok();
  }

  Status RemoveMatching(const std::string& feature, const std::string& version) {
    ReadOptions read = Reading();
    read.with_feature_history = false;
    read.feature_version = version;
    read.with_sample_history = true;
    read.include_soft_deleted = true;
    DIOTIMA_ASSIGN(const auto scan, Open(feature, read));
    for (; scan->Valid(); scan->Next()) {
      ++rows_;
      if (options_.dry_run) continue;
      if (scan->skipped()) DIOTIMA_TRY(remover_.EndRun());
      DIOTIMA_TRY(remover_.Remove(scan->row().key_bytes()));
    }
    DIOTIMA_TRY(scan->status());
    return remover_.EndRun();
  }

  // Removes the version as one range, damaged rows included.
  Status RemoveVersion(VersionId version) {
    DIOTIMA_ASSIGN(const uint64_t rows, CountRows(core_, finder_.view(), version));
    rows_ += rows;
    if (rows == 0 || options_.dry_run) return Status::Ok();
    return set_.RemoveRange(RangeOf(version), rows);
  }

  const StoreCore* const core_;
  const DeleteOptions& options_;
  SourceFinder finder_;
  CatalogDraft draft_;
  WriteSet set_;
  RemovalRuns remover_;
  RowProgress progress_;
  uint64_t rows_ = 0;  // of the feature at hand
  DeleteResult result_;
};

}  // namespace

Result<DeleteResult> Delete(const StoreCore* core, const std::vector<std::string>& features,
                            const DeleteOptions& options) {
  return InTurn(core, options.dry_run,
                [&](Committer::Turn* turn) { return Deleter(core, options).Run(features, turn); });
}

}  // namespace diotima
