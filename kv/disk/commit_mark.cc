#include "kv/disk/commit_mark.h"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "codec/base/os_error.h"

namespace diotima {
namespace {

// Small enough to be written as a whole.
struct Content {
  uint64_t time;
  uint64_t checksum;
};

std::string FileOf(const std::string& path) { return path + "/COMMITTED"; }

uint64_t ChecksumOf(uint64_t time) { return XXH64(&time, sizeof(time), /*seed=*/0); }

}  // namespace

CommitMark::CommitMark(CommitMark&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

CommitMark& CommitMark::operator=(CommitMark&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

CommitMark::~CommitMark() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::optional<int64_t> CommitMark::Read(const std::string& path) {
  const int descriptor = open(FileOf(path).c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  Content content = {};
  const ssize_t size = pread(descriptor, &content, sizeof(content), 0);
  close(descriptor);
  if (size != static_cast<ssize_t>(sizeof(content)) ||
      content.checksum != ChecksumOf(content.time)) {
    return std::nullopt;
  }
  return static_cast<int64_t>(content.time);
}

Result<CommitMark> CommitMark::Open(const std::string& path) {
  CommitMark mark;
  mark.descriptor_ = open(FileOf(path).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (mark.descriptor_ < 0) return OsError(errno, "cannot open '" + FileOf(path) + "'");
  return mark;
}

void CommitMark::Write(int64_t time) {
  if (descriptor_ < 0) return;
  const auto bits = static_cast<uint64_t>(time);
  const Content content{bits, ChecksumOf(bits)};
  [[maybe_unused]] const auto written = pwrite(descriptor_, &content, sizeof(content), 0);
}

}  // namespace diotima
