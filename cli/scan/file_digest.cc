#include "cli/scan/file_digest.h"

#include <diotima/digest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace diotima::cli {
namespace {

int64_t OctalDigits(mode_t mode) {
  int64_t digits = 0;
  for (int shift = 9; shift >= 0; shift -= 3) digits = digits * 10 + ((mode >> shift) & 7);
  return digits;
}

void TakeAttributes(const struct stat& info, FileDigest* file) {
  file->size = info.st_size;
  file->mode = OctalDigits(info.st_mode & 07777);
  file->modified_at = info.st_mtim.tv_sec * int64_t{1000000} + info.st_mtim.tv_nsec / 1000;
}

// False with errno set when reading fails.
bool HashContent(int descriptor, std::vector<char>* buffer, std::string* out) {
  const std::unique_ptr<XXH64_state_t, decltype(&XXH64_freeState)> state(XXH64_createState(),
                                                                         &XXH64_freeState);
  XXH64_reset(state.get(), 0);
  if (lseek(descriptor, 0, SEEK_SET) < 0) return false;
  for (;;) {
    const ssize_t count = read(descriptor, buffer->data(), buffer->size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) break;
    XXH64_update(state.get(), buffer->data(), static_cast<size_t>(count));
  }
  *out = std::to_string(XXH64_digest(state.get()));
  return true;
}

// Reads until size and time are the same before and after, a few times at most.
bool DigestOpenFile(int descriptor, std::vector<char>* buffer, FileDigest* file) {
  struct stat info = {};
  if (fstat(descriptor, &info) != 0) return false;
  for (int attempt = 0; attempt < 4; ++attempt) {
    TakeAttributes(info, file);
    if (!S_ISREG(info.st_mode)) {
      file->gone = true;
      return true;
    }
    if (!HashContent(descriptor, buffer, &file->content)) return false;
    if (fstat(descriptor, &info) != 0) return false;
    FileDigest now;
    TakeAttributes(info, &now);
    if (now.size == file->size && now.modified_at == file->modified_at) return true;
  }
  file->problem = "it changes while it is read";
  return true;
}

bool IsUnchanged(const FileDigest& file) {
  return file.known && file.known->size == file.size && file.known->modified_at == file.modified_at;
}

}  // namespace

void DigestFile(const std::string& root, std::vector<char>* buffer, FileDigest* file) {
  const std::string path = root + "/" + file->path;
  struct stat info = {};
  bool ok = stat(path.c_str(), &info) == 0;
  if (ok) {
    TakeAttributes(info, file);
    if (IsUnchanged(*file)) {
      file->content = file->known->content;
      return;
    }
    // What was a regular file may be a pipe by now: opening it must not wait.
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ok = descriptor >= 0 && DigestOpenFile(descriptor, buffer, file);
    const int error = errno;
    if (descriptor >= 0) close(descriptor);
    errno = error;
  }
  if (ok) return;
  // Gone, or a symbolic link that leads nowhere by now.
  file->gone = errno == ENOENT || errno == ELOOP;
  if (!file->gone) file->problem = std::strerror(errno);
}

std::string AttributesHash(const FileDigest& file) {
  return Hasher().Hash(std::to_string(file.size) + "|" + std::to_string(file.mode));
}

}  // namespace diotima::cli
