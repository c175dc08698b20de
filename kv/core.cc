#include "kv/core.h"

#include <algorithm>
#include <chrono>

namespace diotima {

Status StoreCore::CheckWritable() const {
  if (!engine->read_only()) return Status::Ok();
  return Status::ReadOnly("store '" + engine->path() + "' is open read-only");
}

int64_t StoreCore::NextCommitTime() const {
  using std::chrono::microseconds;
  using std::chrono::system_clock;
  const int64_t now =
      options.clock
          ? options.clock()
          : std::chrono::duration_cast<microseconds>(system_clock::now().time_since_epoch())
                .count();
  return std::max(now, last_commit_time.load() + 1);
}

Status NeverWritten(std::string_view feature) {
  return Status::NotFound("feature '" + std::string(feature) + "' was never written to this store");
}

}  // namespace diotima
