#include "kv/disk/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "codec/base/os_error.h"

namespace diotima {

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<FileLock> FileLock::Exclusive(const std::string& path, const std::string& busy) {
  return Take(path, O_RDWR | O_CREAT, LOCK_EX, busy);
}

Result<FileLock> FileLock::Shared(const std::string& path, const std::string& busy) {
  return Take(path, O_RDONLY, LOCK_SH, busy);
}

Result<FileLock> FileLock::Take(const std::string& path, int flags, int operation,
                                const std::string& busy) {
  FileLock lock;
  lock.descriptor_ = open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (lock.descriptor_ < 0 && operation == LOCK_SH && errno == ENOENT) return lock;
  if (lock.descriptor_ >= 0 && flock(lock.descriptor_, operation | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) return Status::Busy(busy);
  return OsError(errno, "cannot lock '" + path + "'");
}

}  // namespace diotima
