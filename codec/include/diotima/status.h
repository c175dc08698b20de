// How every function of the library reports failure. No exception crosses the public interface.
#pragma once

#include <diotima/export.h>

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace diotima {

enum class StatusCode : uint8_t {
  kOk = 0,
  kNotFound,         // no such store, feature, version or file
  kInvalidArgument,  // the caller's request is wrong: a definition, an option, a filter, a line of
                     // text
  kSchemaMismatch,   // rows do not fit: a column's type, a missing id or provenance column
  kCorruption,       // bytes on disk are not what was written
  kIoError,          // the file system failed
  kBusy,             // somebody else has what is needed: a lock, room in a queue; try again later
  kReadOnly,         // a write to a store that is open for reading
  kNotSupported,     // a store of a newer format, or a feature of one
  kConflict,         // another commit changed what this one was made from: make it again
  kTimedOut,         // a wait reached its limit; what was waited for goes on
  kCancelled,        // the caller asked for an end, by a signal or a callback
  kClosed,           // the object was stopped, or belongs to the parent of this process
  kOutOfSpace,       // the disk is full
};

// The name of a code as the command line prints it: "not_found", "invalid_argument", …
DIOTIMA_EXPORT std::string_view StatusCodeName(StatusCode code);

// The outcome of an operation: a code, and a message that says what is wrong, where, and what to
// do. Copyable; safe to read from several threads.
class [[nodiscard]] DIOTIMA_EXPORT Status {
 public:
  Status() = default;  // OK
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {}

  static Status Ok() { return {}; }
  static Status NotFound(std::string m) { return {StatusCode::kNotFound, std::move(m)}; }
  static Status InvalidArgument(std::string m) {
    return {StatusCode::kInvalidArgument, std::move(m)};
  }
  static Status SchemaMismatch(std::string m) {
    return {StatusCode::kSchemaMismatch, std::move(m)};
  }
  static Status Corruption(std::string m) { return {StatusCode::kCorruption, std::move(m)}; }
  static Status IoError(std::string m) { return {StatusCode::kIoError, std::move(m)}; }
  static Status Busy(std::string m) { return {StatusCode::kBusy, std::move(m)}; }
  static Status ReadOnly(std::string m) { return {StatusCode::kReadOnly, std::move(m)}; }
  static Status NotSupported(std::string m) { return {StatusCode::kNotSupported, std::move(m)}; }
  static Status Conflict(std::string m) { return {StatusCode::kConflict, std::move(m)}; }
  static Status TimedOut(std::string m) { return {StatusCode::kTimedOut, std::move(m)}; }
  static Status Cancelled(std::string m) { return {StatusCode::kCancelled, std::move(m)}; }
  static Status Closed(std::string m) { return {StatusCode::kClosed, std::move(m)}; }
  static Status OutOfSpace(std::string m) { return {StatusCode::kOutOfSpace, std::move(m)}; }

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }
  // Returns "not_found: …", or "ok".
  std::string ToString() const;
  // Returns the same code with `prefix` before the message: "feature 'a': …". OK stays OK.
  Status Prefixed(std::string_view prefix) const;

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
};

// A value, or the Status that says why there is none. Dereferencing one without a value is a
// programming error (an assertion).
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}         // NOLINT(google-explicit-constructor)
  Result(Status status) : status_(std::move(status)) {  // NOLINT(google-explicit-constructor)
    assert(!status_.ok());
  }

  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Status& status() const { return status_; }
  T& value() & {
    assert(ok());
    return *value_;
  }
  const T& value() const& {
    assert(ok());
    return *value_;
  }
  T&& value() && {
    assert(ok());
    return std::move(*value_);
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace diotima
