#include "kv/sort/spill_file.h"

#include <diotima/status_macros.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "codec/base/os_error.h"

namespace diotima {
namespace {

constexpr size_t kWriteBuffer = size_t{1} << 20;
constexpr uint64_t kMarkEvery = uint64_t{64} << 10;

// A record: two lengths (u32, native), key, value.
constexpr size_t kRecordHead = 2 * sizeof(uint32_t);

void AppendRecord(const RecordSegment::Record& record, std::string* out) {
  const uint32_t sizes[2] = {record.key_size, record.value_size};
  out->append(reinterpret_cast<const char*>(sizes), kRecordHead);
  out->append(record.data, size_t{record.key_size} + record.value_size);
}

}  // namespace

SpillFile::~SpillFile() {
  if (fd_ >= 0) close(fd_);
}

Status SpillFile::Error(const char* what) const {
  return OsError(errno, std::string("cannot ") + what + " '" + path_ + "' to sort rows");
}

Result<uint64_t> SpillFile::Reserve(uint64_t size) {
  static std::atomic<uint64_t> counter{0};
  const std::lock_guard lock(mutex_);
  if (fd_ < 0) {
    path_ = directory_ + "/run-" + std::to_string(getpid()) + "-" + std::to_string(++counter);
    fd_ = open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd_ < 0) return Error("create");
    unlink(path_.c_str());
  }
  const uint64_t begin = size_;
  size_ += size;
  return begin;
}

Status SpillFile::WriteAt(uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return Error("write");
    bytes.remove_prefix(static_cast<size_t>(written));
    offset += static_cast<uint64_t>(written);
  }
  return Status::Ok();
}

Result<SpilledRun> SpillFile::Write(const RecordSegment& segment) {
  uint64_t size = 0;
  for (const auto& record : segment.records()) {
    size += kRecordHead + record.key_size + record.value_size;
  }
  SpilledRun run;
  DIOTIMA_ASSIGN(run.begin, Reserve(size));
  run.end = run.begin + size;
  std::string buffer;
  uint64_t written = run.begin;
  for (const auto& record : segment.records()) {
    const uint64_t offset = written + buffer.size();
    if (run.marks.empty() || offset - run.marks.back().offset >= kMarkEvery) {
      run.marks.push_back({std::string(record.key()), offset});
    }
    AppendRecord(record, &buffer);
    if (buffer.size() < kWriteBuffer) continue;
    DIOTIMA_TRY(WriteAt(written, buffer));
    written += buffer.size();
    buffer.clear();
  }
  DIOTIMA_TRY(WriteAt(written, buffer));
  return run;
}

Status SpillFile::Read(uint64_t offset, size_t size, std::string* buffer) const {
  buffer->resize(size);
  size_t done = 0;
  while (done < size) {
    const ssize_t n =
        pread(fd_, buffer->data() + done, size - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error("read");
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  buffer->resize(done);
  return Status::Ok();
}

RunReader::RunReader(const SpillFile* file, const SpilledRun* run, size_t buffer)
    : file_(file), run_(run), buffer_size_(buffer) {}

Status RunReader::Seek(std::string_view from) {
  auto mark = std::upper_bound(
      run_->marks.begin(), run_->marks.end(), from,
      [](std::string_view key, const SpilledRun::Mark& m) { return key <= m.key; });
  // The last mark before `from`: records of the key itself may lie before the first mark with it.
  if (mark != run_->marks.begin()) --mark;
  read_upto_ = mark == run_->marks.end() ? run_->end : mark->offset;
  buffer_.clear();
  position_ = 0;
  do {
    DIOTIMA_TRY(Next());
  } while (valid_ && key_ < from);
  return Status::Ok();
}

// Makes `need` bytes from the position on lie in the buffer.
Status RunReader::Fill(size_t need) {
  if (buffer_.size() - position_ >= need) return Status::Ok();
  const uint64_t from = read_upto_ - (buffer_.size() - position_);
  const uint64_t size = std::min<uint64_t>(std::max(need, buffer_size_), run_->end - from);
  DIOTIMA_TRY(file_->Read(from, size, &buffer_));
  if (buffer_.size() < need) {
    return Status::IoError("a sorted run is cut off: check the disk of the temporary directory");
  }
  position_ = 0;
  read_upto_ = from + buffer_.size();
  return Status::Ok();
}

Status RunReader::Next() {
  valid_ = read_upto_ - (buffer_.size() - position_) < run_->end;
  if (!valid_) return Status::Ok();
  DIOTIMA_TRY(Fill(kRecordHead));
  uint32_t sizes[2];
  std::memcpy(sizes, buffer_.data() + position_, kRecordHead);
  const size_t size = size_t{sizes[0]} + sizes[1];
  DIOTIMA_TRY(Fill(kRecordHead + size));
  const char* const data = buffer_.data() + position_ + kRecordHead;
  key_ = {data, sizes[0]};
  value_ = {data + sizes[0], sizes[1]};
  position_ += kRecordHead + size;
  return Status::Ok();
}

}  // namespace diotima
