#include "cli/output/output.h"

#include <unistd.h>

#include <cerrno>

#include "codec/base/os_error.h"

namespace diotima::cli {
namespace {

constexpr size_t kBufferSize = size_t{64} << 10;

}  // namespace

std::optional<Format> ParseFormat(std::string_view name) {
  if (name == "table") return Format::kTable;
  if (name == "json") return Format::kJson;
  if (name == "jsonl") return Format::kJsonLines;
  if (name == "csv") return Format::kCsv;
  return std::nullopt;
}

Status Output::Write(std::string_view text) {
  if (!status_.ok()) return status_;
  buffer_ += text;
  return buffer_.size() < kBufferSize ? Status::Ok() : Flush();
}

Status Output::Flush() {
  size_t done = 0;
  while (status_.ok() && done < buffer_.size()) {
    const ssize_t count = write(STDOUT_FILENO, buffer_.data() + done, buffer_.size() - done);
    if (count >= 0) {
      done += static_cast<size_t>(count);
    } else if (errno != EINTR) {
      closed_ = errno == EPIPE;
      status_ = OsError(errno, "cannot write to standard output");
    }
  }
  buffer_.clear();
  return status_;
}

std::string* JsonRecords::Begin() {
  text_.clear();
  if (list_) text_ = any_ ? ",\n" : "[\n";
  return &text_;
}

Status JsonRecords::Add() {
  any_ = true;
  if (!list_) text_ += '\n';
  return output_->Write(text_);
}

Status JsonRecords::End() {
  if (!list_) return Status::Ok();
  return output_->Write(any_ ? "\n]\n" : "[]\n");
}

std::string JsonText(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace diotima::cli
