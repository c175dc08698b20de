// Cursors as Arrow streams. docs/arrow.md.
#pragma once

#include <diotima/arrow_abi.h>
#include <diotima/cursor.h>

#include <string>
#include <vector>

namespace diotima {

struct ArrowOptions {
  // A record batch ends at so many rows, or so many bytes. Neither may be 0.
  size_t chunk_rows = size_t{64} << 10;
  size_t chunk_bytes = size_t{64} << 20;
  // Of an increment: the changes to export, all when empty; and the name of the first column.
  std::vector<Change> only = {};
  std::string change_column = "change";
};

// Makes `out` a stream of the rows that are left in `cursor`, which it owns from now on. The stream
// is read on demand, a record batch at a time, and may outlive the store. It is
// not thread-safe, but may pass from thread to thread. The arrays that it gives live by themselves.
//
// An error of the cursor comes from get_next, after the rows before it: EINVAL for
// kInvalidArgument and kSchemaMismatch, ENOSYS for kNotSupported, ENOENT, EBUSY, EROFS for
// kNotFound, kBusy, kReadOnly, EAGAIN for kConflict, ETIMEDOUT, ECANCELED, ESHUTDOWN and ENOSPC for
// kTimedOut, kCancelled, kClosed and kOutOfSpace, else EIO; get_last_error has the message. When
// this fails `out` is released, its `release` null: kInvalidArgument for names of columns that
// Arrow cannot have (with a NUL), and options that make no sense.
Status ExportArrow(Cursor cursor, ArrowArrayStream* out, const ArrowOptions& options = {});

// The same for an increment. Its columns: the change (text: "new", "stale" or "orphaned"), those of
// new and stale rows, then those that only orphaned rows have; null in rows that lack them. What
// `only` leaves out is read nevertheless. The cursor's warnings() are to be asked for before. Fails
// also, with kSchemaMismatch, for a column that is of types without a common one in new and in
// orphaned rows, and with kInvalidArgument for a column that has the name `change_column` already.
Status ExportArrow(UpdateCursor cursor, ArrowArrayStream* out, const ArrowOptions& options = {});

}  // namespace diotima
