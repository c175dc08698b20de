#include "codec/text/line_reader.h"

#include <diotima/status_macros.h>

#include <cerrno>
#include <cstring>

namespace diotima {
namespace {

constexpr size_t kFirstCapacity = size_t{256} << 10;

std::string Size(size_t bytes) {
  if (bytes % (size_t{1} << 20) == 0) return std::to_string(bytes >> 20) + " MiB";
  return std::to_string(bytes) + " bytes";
}

}  // namespace

LineReader::LineReader(std::FILE* file, std::string source, size_t max_line_bytes)
    : file_(file), source_(std::move(source)), max_line_bytes_(max_line_bytes) {}

Status LineReader::Locate(const Status& status) const {
  return {status.code(), source_ + ":" + std::to_string(number_) + ": " + status.message()};
}

Result<bool> LineReader::Next(std::string_view* line) {
  begin_ = next_;
  number_ = lines_ + 1;
  DIOTIMA_ASSIGN(bool found, FindEnd(begin_, line));
  if (found && number_ == 1 && line->starts_with("\xEF\xBB\xBF")) line->remove_prefix(3);
  return found;
}

Result<bool> LineReader::Extend(std::string_view* line) {
  const bool mark = number_ == 1 && line->data() != buffer_.get() + begin_;
  DIOTIMA_ASSIGN(bool found, FindEnd(next_, line));
  if (found && mark) line->remove_prefix(3);
  return found;
}

Result<bool> LineReader::FindEnd(size_t from, std::string_view* line) {
  while (true) {
    const void* newline = nullptr;
    if (from < end_) newline = std::memchr(buffer_.get() + from, '\n', end_ - from);
    size_t stop = end_;
    if (newline != nullptr) {
      stop = static_cast<size_t>(static_cast<const char*>(newline) - buffer_.get());
    }
    if (stop - begin_ > max_line_bytes_) {
      return Locate(Status::InvalidArgument("the line is longer than " + Size(max_line_bytes_)));
    }
    if (newline != nullptr || at_end_) {
      if (newline == nullptr && next_ >= end_) return false;
      *line = {buffer_.get() + begin_, stop - begin_};
      next_ = newline != nullptr ? stop + 1 : end_;
      ++lines_;
      return true;
    }
    const size_t scanned = end_ - begin_;
    const size_t ahead = next_ - begin_;
    DIOTIMA_TRY(Fill());
    from = begin_ + scanned;
    next_ = begin_ + ahead;
  }
}

// The current line moves to the front of the buffer, or the buffer grows when it is full of it.
void LineReader::MakeRoom() {
  const size_t size = end_ - begin_;
  if (size > capacity_ / 2 || capacity_ == 0) {
    capacity_ = std::max(kFirstCapacity, capacity_ * 2);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_ + kPadding);
    if (size > 0) std::memcpy(larger.get(), buffer_.get() + begin_, size);
    buffer_ = std::move(larger);
  } else if (size > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, size);
  }
  begin_ = 0;
  end_ = size;
}

Status LineReader::Fill() {
  MakeRoom();
  errno = 0;
  size_t count = std::fread(buffer_.get() + end_, 1, capacity_ - end_, file_);
  if (count == 0 && std::ferror(file_) != 0) {
    return Status::IoError(source_ + ": cannot be read: " + std::strerror(errno));
  }
  end_ += count;
  at_end_ = count == 0;
  std::memset(buffer_.get() + end_, 0, kPadding);
  return Status::Ok();
}

}  // namespace diotima
