#include "kv/core.h"

#include <diotima/status_macros.h>

namespace diotima {

Status StoreCore::CheckWritable() const {
  DIOTIMA_TRY(engine->CheckProcess());
  if (!engine->read_only()) return Status::Ok();
  return Status::ReadOnly("store '" + engine->path() + "' is open read-only");
}

Status NeverWritten(std::string_view feature) {
  return Status::NotFound("feature '" + std::string(feature) + "' was never written to this store");
}

}  // namespace diotima
