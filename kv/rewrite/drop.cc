// docs/semantics.md, "Delete".

#include <diotima/status_macros.h>

#include "kv/catalog/draft.h"
#include "kv/commit/write_set.h"
#include "kv/rewrite/in_turn.h"
#include "kv/rewrite/rewrite.h"
#include "kv/scan/filtered_scan.h"

namespace diotima {

Result<WriteResult> Drop(const StoreCore* core, const std::string& feature, bool dry_run) {
  return InTurn(core, dry_run, [&](Committer::Turn* turn) -> Result<WriteResult> {
    const StoreView view = core->catalog->TakeView();
    const auto entry = view.catalog->Find(feature);
    if (!entry) return NeverWritten(feature);
    CatalogDraft draft(view.catalog);
    draft.Drop(entry);
    WriteSet set(core);
    WriteResult result;
    for (const VersionEntry& version : entry->versions) {
      const VersionId id{entry->id, version.id};
      DIOTIMA_ASSIGN(const uint64_t rows, CountRows(core, view, id));
      DIOTIMA_TRY(set.Forget(id, rows));
      result.rows += rows;
    }
    result.features.emplace_back(feature, result.rows);
    if (dry_run) return result;
    DIOTIMA_ASSIGN(const int64_t time, turn->Apply(&set, &draft));
    result.commit_time = FromMicros(time);
    return result;
  });
}

}  // namespace diotima
