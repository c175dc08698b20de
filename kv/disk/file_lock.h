// Locks between processes that vanish with the process.
#pragma once

#include <diotima/status.h>

#include <string>

namespace diotima {

// A lock on a file, shared by readers or of one writer.
class FileLock {
 public:
  FileLock() = default;
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

  // Creates the file at `path` where it is missing. kBusy: another process has the lock.
  static Result<FileLock> Exclusive(const std::string& path);
  // Locks nothing where there is no such file.
  static Result<FileLock> Shared(const std::string& path);

 private:
  static Result<FileLock> Take(const std::string& path, int flags, int operation);

  int descriptor_ = -1;
};

}  // namespace diotima
