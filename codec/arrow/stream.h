// Rows as a stream of Arrow record batches.
#pragma once

#include <diotima/arrow_abi.h>
#include <diotima/row.h>

#include <memory>

namespace diotima {

// Rows one after the other, as a cursor has them.
class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual bool Valid() const = 0;
  virtual void Next() = 0;
  // Why it ended; ok while Valid().
  virtual Status status() const = 0;
  // Has the columns of the schema that is exported, in its order; lives until Next().
  virtual const Row& row() const = 0;
};

struct ArrowChunking {
  size_t rows;   // a chunk ends at so many rows
  size_t bytes;  // or when it has so many bytes
};

// Makes `out` a stream of the rows that are left in `rows`. Its get_next gives the error of the
// source after the rows before it. kInvalidArgument, with `out` released, for names of columns that
// Arrow cannot have, or chunks without rows.
Status StreamRows(std::unique_ptr<RowSource> rows, const Schema& schema, ArrowChunking chunking,
                  ArrowArrayStream* out);

// The schema of record batches with these columns. kInvalidArgument, naming the column, for a name
// with a NUL in it, which Arrow's cannot have.
Status MakeArrowSchema(const Schema& schema, ArrowSchema* out);

}  // namespace diotima
