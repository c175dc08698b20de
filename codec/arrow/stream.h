// Makes streams of Arrow record batches from rows.
#pragma once

#include <diotima/arrow_abi.h>
#include <diotima/row.h>

#include <memory>

namespace diotima {

// A source of rows, like a cursor.
class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual bool Valid() const = 0;
  virtual void Next() = 0;
  // Returns why the source ended; OK while Valid().
  virtual Status status() const = 0;
  // Returns a row with the columns of the exported schema, in its order. It lives until Next().
  virtual const Row& row() const = 0;
};

struct ArrowChunking {
  size_t rows;   // a chunk ends at so many rows
  size_t bytes;  // or when it has so many bytes
};

// Makes `out` a stream of the rows that are left in `rows`. Its get_next returns the error of the
// source after the rows before it. kInvalidArgument, with `out` released, for column names that
// Arrow cannot have, and for chunks without rows.
Status StreamRows(std::unique_ptr<RowSource> rows, const Schema& schema, ArrowChunking chunking,
                  ArrowArrayStream* out);

// Makes the schema of record batches with these columns. kInvalidArgument, naming the column, for a
// name with a NUL, which Arrow cannot have.
Status MakeArrowSchema(const Schema& schema, ArrowSchema* out);

}  // namespace diotima
