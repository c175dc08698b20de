// Notes which commits have reached the disk, beside the database that holds them.
#pragma once

#include <diotima/status.h>

#include <cstdint>
#include <optional>
#include <string>

#include "kv/disk/descriptor.h"

namespace diotima {

// The time of the last commit that was synced, in the file COMMITTED of a store. RocksDB takes a
// log that ends too early, or is not there, for one that a crash has torn: the mark tells a torn
// end, which was never acknowledged, from a lost one. It is written after the sync and never synced
// itself, so that it may lag behind, but never is ahead of what is on the disk. Not thread-safe.
class CommitMark {
 public:
  // Returns the time (microseconds since 1970) that the mark of the store at `path` has; nothing
  // where there is no mark, or a damaged one.
  static std::optional<int64_t> Read(const std::string& path);
  // Opens the mark to be written, and creates it if needed.
  static Result<CommitMark> Open(const std::string& path);
  // A failure is not told: the mark then lags behind.
  void Write(int64_t time);

 private:
  Descriptor file_;
};

}  // namespace diotima
