// Locks files between processes. A lock ends with its process.
#pragma once

#include <diotima/status.h>

#include <string>

#include "kv/disk/descriptor.h"

namespace diotima {

// A lock on a file, held by readers together or by one writer.
class FileLock {
 public:
  FileLock() = default;

  // Locks the file at `path`, and creates it if needed. While somebody else has the lock: kBusy
  // with the message `busy`.
  static Result<FileLock> Exclusive(const std::string& path, const std::string& busy);
  // Likewise. Locks nothing if there is no such file.
  static Result<FileLock> Shared(const std::string& path, const std::string& busy);

  // Returns the locked file; -1 where nothing is locked.
  int descriptor() const { return file_.get(); }

 private:
  static Result<FileLock> Take(const std::string& path, int flags, int operation,
                               const std::string& busy);

  Descriptor file_;
};

}  // namespace diotima
