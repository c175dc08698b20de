// Rows from Arrow: any producer of the Arrow C stream interface. docs/arrow.md.
#pragma once

#include <diotima/arrow_abi.h>
#include <diotima/export.h>
#include <diotima/row.h>

#include <memory>

namespace diotima {

// A reader of the record batches of `stream`. The stream is moved from, whatever is returned: its
// `release` is null then, and the reader (or this call, when it fails) releases it. No row is read
// before the first Read.
//
// Text and bytes are not copied: a batch points to the chunk it was read from, and keeps it until
// it is cleared or destroyed, which may be after the reader is gone. A large chunk is handed out
// over several batches, a bounded number of cells each. Memory is that of the chunks which batches
// hold, and of one batch.
//
// Errors name the column (`a.b` for a part of a nested one) and, where a value is at fault, its row
// in the stream, counted from 1. Of ReadArrow:
// - kInvalidArgument: the stream is null or released, is not one of record batches, breaks the
//   rules of the interface, or has a column name that is not UTF-8 or occurs twice;
// - kSchemaMismatch: a column is of a type that is not among those of docs/arrow.md.
// Of Read:
// - kInvalidArgument: an array does not fit its type or breaks the rules of the interface, as far
//   as these can be checked (the sizes of most buffers cannot);
// - kSchemaMismatch: a value does not fit: nanoseconds that are no whole microsecond, a date64 that
//   is no whole day, a time beyond 64 bits of microseconds;
// - the producer's error, with its message: kInvalidArgument for EINVAL, kNotSupported for ENOSYS
//   and ENOTSUP, else kIoError.
// After an error the reader must not be used again.
DIOTIMA_EXPORT Result<std::unique_ptr<RowReader>> ReadArrow(ArrowArrayStream* stream);

}  // namespace diotima
