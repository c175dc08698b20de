#include "cli/input/input.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/signals.h"

namespace diotima::cli {

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
    if (S_ISREG(info.st_mode)) input->size_ = static_cast<uint64_t>(info.st_size);
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
