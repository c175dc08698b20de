// Exports cursors as Arrow streams. docs/arrow.md.
#pragma once

#include <diotima/arrow_abi.h>
#include <diotima/cursor.h>
#include <diotima/export.h>

#include <string>
#include <vector>

namespace diotima {

struct ArrowOptions {
  // A record batch ends at this many rows, or this many bytes. Neither may be 0.
  size_t chunk_rows = size_t{64} << 10;
  size_t chunk_bytes = size_t{64} << 20;
  // For an increment: the changes to export (empty: all), and the name of the first column.
  std::vector<Change> only = {};
  std::string change_column = "change";
};

// Makes `out` a stream of the rows that are left in `cursor`, and moves the cursor into it. The
// stream reads a record batch at a time, on demand, and may outlive the store. It is not
// thread-safe, but may pass from thread to thread. The arrays that it returns own their memory.
//
// When the cursor fails, get_next returns the rows before the error, then an errno: EINVAL for
// kInvalidArgument and kSchemaMismatch, ENOENT for kNotFound, EBUSY for kBusy, EROFS for kReadOnly,
// ENOSYS for kNotSupported, EAGAIN for kConflict, ETIMEDOUT for kTimedOut, ECANCELED for
// kCancelled, ESHUTDOWN for kClosed, ENOSPC for kOutOfSpace, else EIO. get_last_error returns the
// message.
// Returns kInvalidArgument for column names with a NUL, which Arrow cannot have, and for chunks of
// zero; `out` is then released.
DIOTIMA_EXPORT Status ExportArrow(Cursor cursor, ArrowArrayStream* out,
                                  const ArrowOptions& options = {});

// Exports an increment. Its columns are the change (text: "new", "stale" or "orphaned"), the
// columns of new and stale rows, then the columns that only orphaned rows have; a row has nulls in
// columns that it lacks. Rows that `only` leaves out are read nevertheless. Ask the cursor for its
// warnings() before. Also returns kSchemaMismatch for a column whose types in new and in orphaned
// rows have no common type, and kInvalidArgument for a column that is named as `change_column`.
DIOTIMA_EXPORT Status ExportArrow(UpdateCursor cursor, ArrowArrayStream* out,
                                  const ArrowOptions& options = {});

}  // namespace diotima
