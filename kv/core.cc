#include "kv/core.h"

#include <diotima/status_macros.h>

namespace diotima {

Status StoreCore::CheckProcess() const {
  if (engine->in_own_process()) return Status::Ok();
  return Status::Closed("store '" + engine->path() +
                        "' was opened by the process that forked this one: open it again here");
}

Status StoreCore::CheckWritable() const {
  DIOTIMA_TRY(CheckProcess());
  if (!engine->read_only()) return Status::Ok();
  return Status::ReadOnly("store '" + engine->path() + "' is open read-only");
}

Status NeverWritten(std::string_view feature) {
  return Status::NotFound("feature '" + std::string(feature) + "' was never written to this store");
}

}  // namespace diotima
