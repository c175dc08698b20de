// The input of the increment algorithm: rows of one participant, sorted by the join columns. The
// store implements it over its files, tests over vectors.
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
  // Returns why the input ended; OK while Valid().
  virtual const Status& status() const = 0;
  // Returns the row, which lives until Next().
  virtual const HashedRow& row() const = 0;
  // Returns the tuple of the join columns, ascending from row to row (codec/row/key.h).
  virtual std::string_view join_key() const = 0;
  // Returns whether one of the join columns is null, so that the row matches nothing.
  virtual bool join_key_has_null() const = 0;
  // Returns whether no two rows have the same join key.
  virtual bool unique() const = 0;
};

}  // namespace diotima
