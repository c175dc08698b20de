// What the increment algorithm reads: rows of one participant, sorted by the join columns. The
// store implements it over its files; tests over vectors.
#pragma once

#include <diotima/status.h>

#include <memory>
#include <string_view>

#include "codec/row/hashed_row.h"

namespace diotima {

class JoinInput {
 public:
  virtual ~JoinInput() = default;
  virtual bool Valid() const = 0;
  virtual void Next() = 0;
  // Why it ended; ok while Valid().
  virtual const Status& status() const = 0;
  // The row lives until Next().
  virtual const HashedRow& row() const = 0;
  // The tuple of the row's join columns, ascending from row to row (codec/key.h).
  virtual std::string_view join_key() const = 0;
  // One of the join columns is null: the row matches nothing.
  virtual bool join_key_has_null() const = 0;
  // No two rows have the same join key.
  virtual bool unique() const = 0;
};

}  // namespace diotima
