#include "cli/input/input.h"

#include <diotima/status_macros.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "cli/signals.h"

namespace diotima::cli {

namespace {

// Says what a file is that holds rows, but not as text; nothing for others.
Status CheckIsText(int descriptor, const std::string& path) {
  char begin[6] = {};
  const ssize_t size = pread(descriptor, begin, sizeof(begin), 0);
  if (size <= 0) return Status::Ok();
  constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
      {"\x1f\x8b", "is gzip: give what `gunzip -c` prints"},
      {"\x28\xb5\x2f\xfd", "is zstd: give what `zstd -dc` prints"},
      {"PAR1", "is Parquet: convert it to JSON Lines or CSV, for example with DuckDB"},
      {"ARROW1", "is Arrow: convert it to JSON Lines or CSV, for example with DuckDB"},
      {"PK\x03\x04", "is a zip archive: unpack it"}};
  for (const auto& [magic, what] : kKinds) {
    if (std::string_view(begin, static_cast<size_t>(size)).starts_with(magic)) {
      return Status::InvalidArgument("'" + path + "' " + std::string(what));
    }
  }
  return Status::Ok();
}

}  // namespace

Result<std::unique_ptr<Input>> Input::Open(const std::string& path) {
  std::unique_ptr<Input> input(new Input());
  input->path_ = path;
  input->descriptor_ = path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (input->descriptor_ < 0) {
    const std::string message = "cannot open '" + path + "': " + std::strerror(errno);
    return errno == ENOENT ? Status::NotFound(message) : Status::IoError(message);
  }
  struct stat info = {};
  if (fstat(input->descriptor_, &info) == 0) {
    if (S_ISDIR(info.st_mode)) return Status::IoError("cannot read '" + path + "': a directory");
    if (S_ISREG(info.st_mode)) {
      input->size_ = static_cast<uint64_t>(info.st_size);
      DIOTIMA_TRY(CheckIsText(input->descriptor_, path));
    }
  }
  input->cancelled_ = eventfd(0, EFD_CLOEXEC);
  cookie_io_functions_t functions = {};
  functions.read = &Input::Read;
  input->file_ = fopencookie(input.get(), "r", functions);
  if (input->file_ == nullptr || input->cancelled_ < 0) {
    return Status::IoError("cannot read '" + path + "': " + std::strerror(errno));
  }
  return input;
}

Input::~Input() {
  if (file_ != nullptr) std::fclose(file_);
  if (descriptor_ > STDIN_FILENO) close(descriptor_);
  if (cancelled_ >= 0) close(cancelled_);
}

void Input::Cancel() { eventfd_write(cancelled_, 1); }

ssize_t Input::Read(void* self, char* buffer, size_t size) {
  auto* input = static_cast<Input*>(self);
  for (;;) {
    pollfd waiting[] = {{input->descriptor_, POLLIN, 0},
                        {InterruptDescriptor(), POLLIN, 0},
                        {input->cancelled_, POLLIN, 0}};
    if (poll(waiting, 3, -1) < 0 && errno != EINTR) return -1;
    if (InterruptSignal() != 0 || waiting[2].revents != 0) {
      errno = EINTR;
      return -1;
    }
    if (waiting[0].revents == 0) continue;
    const ssize_t count = read(input->descriptor_, buffer, size);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count > 0) input->position_ += static_cast<uint64_t>(count);
    return count;
  }
}

}  // namespace diotima::cli
