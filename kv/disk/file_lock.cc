#include "kv/disk/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include "codec/base/os_error.h"

namespace diotima {

Result<FileLock> FileLock::Exclusive(const std::string& path, const std::string& busy) {
  return Take(path, O_RDWR | O_CREAT, LOCK_EX, busy);
}

Result<FileLock> FileLock::Shared(const std::string& path, const std::string& busy) {
  return Take(path, O_RDONLY, LOCK_SH, busy);
}

Result<FileLock> FileLock::Take(const std::string& path, int flags, int operation,
                                const std::string& busy) {
  FileLock lock;
  lock.file_ = Descriptor(open(path.c_str(), flags | O_CLOEXEC, 0600));
  if (lock.descriptor() < 0 && operation == LOCK_SH && errno == ENOENT) return lock;
  if (lock.descriptor() >= 0 && flock(lock.descriptor(), operation | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) return Status::Busy(busy);
  return OsError(errno, "cannot lock '" + path + "'");
}

}  // namespace diotima
