#include "kv/delete.h"

#include "codec/row_encoder.h"
#include "codec/status_macros.h"
#include "kv/commit_set.h"
#include "kv/feature_reader.h"

namespace diotima {
namespace {

class Deleter {
 public:
  Deleter(StoreCore* core, const DeleteOptions& options)
      : core_(core), options_(options), view_(core->catalog->TakeView()), set_(core) {}

  Result<DeleteResult> Run(std::string_view feature) {
    DIOTIMA_TRY(core_->graph().Get(feature).status());
    DIOTIMA_TRY(options_.soft ? MarkRows(feature) : RemoveRows(feature));
    if (options_.dry_run || set_.empty()) return result_;
    DIOTIMA_ASSIGN(result_.commit_time,
                   set_.Apply(core_->catalog->state(), nullptr, {}, /*sync=*/true));
    return result_;
  }

 private:
  ReadOptions Reading() const {
    ReadOptions read;
    read.filters = options_.filters;
    read.with_feature_history = options_.with_feature_history;
    return read;
  }

  // Appends the latest row of each matching sample again, deleted.
  Status MarkRows(std::string_view feature) {
    DIOTIMA_ASSIGN(auto scan, OpenScan(core_, view_, feature, Reading(), /*stop_at_damage=*/true));
    const RowLayout* layout = nullptr;
    std::unique_ptr<RowEncoder> encoder;
    for (; scan->Valid(); scan->Next()) {
      ++result_.rows;
      if (options_.dry_run) continue;
      const StoredRow& row = scan->row();
      if (layout != &row.layout()) {
        layout = &row.layout();
        encoder = std::make_unique<RowEncoder>(layout);
      }
      CompleteRow marked = CompleteAgain(row);
      marked.deleted = true;
      DIOTIMA_TRY(set_.Put(row.key().feature, row.key().version, row.key().sample, std::nullopt,
                           encoder->Encode(marked), JournalAction::kSoftDelete));
    }
    return scan->status();
  }

  Status RemoveRows(std::string_view feature) {
    ReadOptions read = Reading();
    read.with_sample_history = true;
    read.include_soft_deleted = true;
    if (options_.filters.empty()) return RemoveVersions(feature, read);
    DIOTIMA_ASSIGN(auto scan, OpenScan(core_, view_, feature, read, /*stop_at_damage=*/true));
    for (; scan->Valid(); scan->Next()) {
      ++result_.rows;
      if (!options_.dry_run) DIOTIMA_TRY(set_.Remove(scan->row().key_bytes()));
    }
    return scan->status();
  }

  // Whole versions go as ranges, damaged rows with them.
  Status RemoveVersions(std::string_view feature, const ReadOptions& read) {
    const auto entry = view_.catalog->Find(feature);
    if (!entry) return NeverWritten(feature);
    DIOTIMA_ASSIGN(const auto versions, SelectVersions(core_, *entry, read));
    for (const VersionEntry* version : versions) {
      DIOTIMA_ASSIGN(const uint64_t rows, CountRows(core_, view_, entry->id, version->id));
      result_.rows += rows;
      if (rows > 0 && !options_.dry_run) set_.RemoveVersion(entry->id, version->id, rows);
    }
    return Status::Ok();
  }

  StoreCore* const core_;
  const DeleteOptions& options_;
  const StoreView view_;
  CommitSet set_;
  DeleteResult result_;
};

}  // namespace

Result<DeleteResult> Delete(StoreCore* core, std::string_view feature,
                            const DeleteOptions& options) {
  if (options.dry_run) return Deleter(core, options).Run(feature);
  DIOTIMA_TRY(core->CheckWritable());
  // What is read is what is deleted: no commit comes between.
  const std::lock_guard lock(core->commit_mutex);
  return Deleter(core, options).Run(feature);
}

}  // namespace diotima
