#include "kv/catalog/declared_columns.h"

#include <diotima/status_macros.h>

#include "kv/catalog/journal.h"

namespace diotima {

Status TakeDeclaredColumns(Engine* engine, const FeatureSpec& spec, FeatureDraft* draft) {
  const Status taken = draft->TakeDeclared(spec, /*stored=*/true);
  if (taken.ok() || !draft->existing()) return taken;
  for (const VersionEntry& version : draft->existing()->versions) {
    DIOTIMA_ASSIGN(const uint64_t rows, CountByJournal(engine, /*snapshot=*/nullptr,
                                                       {draft->existing()->id, version.id}));
    if (rows > 0) return taken;
  }
  return draft->TakeDeclared(spec, /*stored=*/false);
}

}  // namespace diotima
