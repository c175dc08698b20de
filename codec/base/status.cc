#include <diotima/status.h>

namespace diotima {

std::string_view StatusCodeName(StatusCode code) {
  switch (code) {
    case StatusCode::kOk:
      return "ok";
    case StatusCode::kNotFound:
      return "not_found";
    case StatusCode::kInvalidArgument:
      return "invalid_argument";
    case StatusCode::kSchemaMismatch:
      return "schema_mismatch";
    case StatusCode::kCorruption:
      return "corruption";
    case StatusCode::kIoError:
      return "io_error";
    case StatusCode::kBusy:
      return "busy";
    case StatusCode::kReadOnly:
      return "read_only";
    case StatusCode::kNotSupported:
      return "not_supported";
    case StatusCode::kConflict:
      return "conflict";
    case StatusCode::kTimedOut:
      return "timed_out";
    case StatusCode::kCancelled:
      return "cancelled";
    case StatusCode::kClosed:
      return "closed";
    case StatusCode::kOutOfSpace:
      return "out_of_space";
  }
  return "unknown";
}

std::string Status::ToString() const {
  if (ok()) return "ok";
  return std::string(StatusCodeName(code_)) + ": " + message_;
}

Status Status::Prefixed(std::string_view prefix) const {
  if (ok()) return Status();
  return {code_, std::string(prefix) + message_};
}

}  // namespace diotima
