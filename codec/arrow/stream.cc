#include "codec/arrow/stream.h"

#include <diotima/status_macros.h>

#include <cerrno>

#include "codec/arrow/builder.h"

namespace diotima {
namespace {

int ErrorNumber(StatusCode code) {
  switch (code) {
    case StatusCode::kOk:
      return 0;
    case StatusCode::kNotFound:
      return ENOENT;
    case StatusCode::kInvalidArgument:
    case StatusCode::kSchemaMismatch:
      return EINVAL;
    case StatusCode::kBusy:
      return EBUSY;
    case StatusCode::kReadOnly:
      return EROFS;
    case StatusCode::kNotSupported:
      return ENOSYS;
    case StatusCode::kConflict:
      return EAGAIN;
    case StatusCode::kTimedOut:
      return ETIMEDOUT;
    case StatusCode::kCancelled:
      return ECANCELED;
    case StatusCode::kClosed:
      return ESHUTDOWN;
    case StatusCode::kOutOfSpace:
      return ENOSPC;
    default:
      return EIO;
  }
}

class RowStream {
 public:
  RowStream(std::unique_ptr<RowSource> rows, Schema schema, ArrowChunking chunking)
      : rows_(std::move(rows)),
        schema_(std::move(schema)),
        chunking_(chunking),
        builder_(schema_) {}

  Status Next(ArrowArray* out) {
    out->release = nullptr;
    DIOTIMA_TRY(failed_);
    while (rows_->Valid() && builder_.rows() < chunking_.rows &&
           builder_.bytes() < chunking_.bytes) {
      failed_ = builder_.Append(rows_->row());
      if (!failed_.ok()) return failed_;
      rows_->Next();
    }
    if (builder_.rows() > 0) {
      builder_.Finish(out);
      return Status::Ok();
    }
    failed_ = rows_->status();
    return failed_;
  }

  // The callbacks of the interface. No exception may pass: `out of memory` becomes an error.
  static int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) {
    return Of(stream)->Run([&](RowStream* self) { return MakeArrowSchema(self->schema_, out); });
  }
  static int GetNext(ArrowArrayStream* stream, ArrowArray* out) {
    return Of(stream)->Run([&](RowStream* self) { return self->Next(out); });
  }
  static const char* GetLastError(ArrowArrayStream* stream) {
    const std::string& error = Of(stream)->error_;
    return error.empty() ? nullptr : error.c_str();
  }
  static void Release(ArrowArrayStream* stream) {
    delete Of(stream);
    stream->release = nullptr;
  }

 private:
  static RowStream* Of(ArrowArrayStream* stream) {
    return static_cast<RowStream*>(stream->private_data);
  }

  template <typename Call>
  int Run(Call call) {
    try {
      const Status status = call(this);
      error_ = status.message();
      return ErrorNumber(status.code());
    } catch (const std::bad_alloc&) {
      failed_ = Status::IoError("out of memory");
      error_ = failed_.message();
      return ENOMEM;
    }
  }

  const std::unique_ptr<RowSource> rows_;
  const Schema schema_;
  const ArrowChunking chunking_;
  ArrowBuilder builder_;
  Status failed_;
  std::string error_;
};

}  // namespace

Status StreamRows(std::unique_ptr<RowSource> rows, const Schema& schema, ArrowChunking chunking,
                  ArrowArrayStream* out) {
  *out = ArrowArrayStream{};
  if (chunking.rows == 0 || chunking.bytes == 0) {
    return Status::InvalidArgument("a chunk of an Arrow stream has at least one row and one byte");
  }
  ArrowSchema made;
  DIOTIMA_TRY(MakeArrowSchema(schema, &made));
  made.release(&made);
  out->get_schema = RowStream::GetSchema;
  out->get_next = RowStream::GetNext;
  out->get_last_error = RowStream::GetLastError;
  out->release = RowStream::Release;
  out->private_data = new RowStream(std::move(rows), schema, chunking);
  return Status::Ok();
}

}  // namespace diotima
