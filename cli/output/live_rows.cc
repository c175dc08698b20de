#include "cli/output/live_rows.h"

#include <diotima/status_macros.h>

#include "cli/signals.h"

namespace diotima::cli {

Result<uint64_t> CountLiveRows(Store* store, const std::string& feature) {
  auto cursor = store->Read(feature);
  if (!cursor.ok()) {
    if (cursor.status().code() == StatusCode::kNotFound) return uint64_t{0};
    return cursor.status();
  }
  uint64_t rows = 0;
  for (; cursor->Valid(); cursor->Next()) {
    if (++rows % 4096 == 0) DIOTIMA_TRY(CheckInterrupt());
  }
  DIOTIMA_TRY(cursor->status());
  return rows;
}

}  // namespace diotima::cli
