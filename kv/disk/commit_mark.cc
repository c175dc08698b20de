#include "kv/disk/commit_mark.h"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>

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

std::optional<int64_t> CommitMark::Read(const std::string& path) {
  const Descriptor file(open(FileOf(path).c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return std::nullopt;
  Content content = {};
  const ssize_t size = pread(file.get(), &content, sizeof(content), 0);
  if (size != static_cast<ssize_t>(sizeof(content)) ||
      content.checksum != ChecksumOf(content.time)) {
    return std::nullopt;
  }
  return static_cast<int64_t>(content.time);
}

Result<CommitMark> CommitMark::Open(const std::string& path) {
  CommitMark mark;
  mark.file_ = Descriptor(open(FileOf(path).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (mark.file_.get() < 0) return OsError(errno, "cannot open '" + FileOf(path) + "'");
  return mark;
}

void CommitMark::Write(int64_t time) {
  if (file_.get() < 0) return;
  const auto bits = static_cast<uint64_t>(time);
  const Content content{bits, ChecksumOf(bits)};
  [[maybe_unused]] const auto written = pwrite(file_.get(), &content, sizeof(content), 0);
}

}  // namespace diotima
