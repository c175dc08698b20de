// docs/semantics.md, "Delete".

#include <diotima/status_macros.h>

#include "codec/row/encoder.h"
#include "kv/catalog/draft.h"
#include "kv/commit/committer.h"
#include "kv/commit/write_set.h"
#include "kv/rewrite/in_turn.h"
#include "kv/rewrite/rewrite.h"
#include "kv/scan/filtered_scan.h"

namespace diotima {
namespace {

class Undeleter {
 public:
  Undeleter(const StoreCore* core, const UndeleteOptions& options)
      : core_(core),
        options_(options),
        finder_(core),
        catalog_(core->catalog->state()),
        set_(core),
        progress_(options.progress) {}

  // `turn` may be null for a dry run.
  Result<WriteResult> Run(const std::string& feature, Committer::Turn* turn) {
    DIOTIMA_TRY(core_->graph().Get(feature).status());
    ReadOptions read;
    read.with_sample_history = read.include_soft_deleted = true;
    read.allow_fallback = false;
    DIOTIMA_ASSIGN(auto scan,
                   OpenScan(&finder_, core_->graph(), feature, read, /*stop_at_damage=*/true));
    DIOTIMA_ASSIGN(filters_, BindFilters(options_.filters, *scan->schema(), feature));
    DIOTIMA_ASSIGN(auto samples, SampleFilter::Bind(options_.ids, *scan->schema(), feature));
    scan->Narrow(std::move(samples));
    for (; scan->Valid(); scan->Next()) {
      DIOTIMA_TRY(progress_.Add());
      DIOTIMA_TRY(Take(scan->row()));
    }
    DIOTIMA_TRY(scan->status());
    WriteResult result;
    result.rows = rows_;
    result.features.emplace_back(feature, rows_);
    if (options_.dry_run || set_.empty()) return result;
    DIOTIMA_ASSIGN(const int64_t time, turn->Apply(&set_, &catalog_));
    result.commit_time = FromMicros(time);
    return result;
  }

 private:
  // The rows of a sample come newest first: deletions, then the row before them.
  Status Take(const StoredRow& row) {
    if (!any_ || row.key().sample != sample_) {
      any_ = true;
      sample_ = row.key().sample;
      wanted_ = row.deleted() && Matches(row);
    }
    if (!wanted_ || row.deleted()) return Status::Ok();
    wanted_ = false;
    ++rows_;
    if (options_.dry_run) return Status::Ok();
    if (layout_ != &row.layout()) {
      layout_ = &row.layout();
      encoder_ = std::make_unique<RowEncoder>(layout_);
    }
    CompleteRow again = ToCompleteRow(row);
    again.updated_at = Value::Absent();  // the commit's
    DIOTIMA_ASSIGN(const std::string_view value, encoder_->Encode(again));
    return set_.Put(row.key().id, sample_, std::nullopt, value, JournalAction::kWrite);
  }

  bool Matches(const StoredRow& row) {
    for (auto& filter : filters_) {
      if (!filter.Matches(row)) return false;
    }
    return true;
  }

  const StoreCore* const core_;
  const UndeleteOptions& options_;
  SourceFinder finder_;
  CatalogDraft catalog_;
  WriteSet set_;
  RowProgress progress_;
  std::vector<BoundFilter> filters_;
  const RowLayout* layout_ = nullptr;
  std::unique_ptr<RowEncoder> encoder_;
  uint64_t rows_ = 0;
  // The sample at hand, and whether its row is still to come.
  bool any_ = false;
  bool wanted_ = false;
  std::string sample_;
};

}  // namespace

Result<WriteResult> Undelete(const StoreCore* core, const std::string& feature,
                             const UndeleteOptions& options) {
  return InTurn(core, options.dry_run,
                [&](Committer::Turn* turn) { return Undeleter(core, options).Run(feature, turn); });
}

}  // namespace diotima
