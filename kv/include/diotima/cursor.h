// Rows that come out of a store, one at a time.
#pragma once

#include <diotima/change.h>
#include <diotima/export.h>
#include <diotima/results.h>
#include <diotima/row.h>
#include <diotima/status.h>

#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace diotima {

// The iterator behind range-for over a cursor: one pass, moves the cursor itself.
template <typename Cursor, typename Step>
class CursorIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = Step;
  using difference_type = std::ptrdiff_t;
  using pointer = void;
  using reference = Step;

  explicit CursorIterator(Cursor* cursor) : cursor_(cursor) {}
  Step operator*() const { return cursor_->Current(); }
  CursorIterator& operator++() {
    cursor_->Next();
    return *this;
  }
  void operator++(int) { cursor_->Next(); }
  bool operator==(std::default_sentinel_t) const { return !cursor_->Valid(); }

 private:
  Cursor* cursor_;
};

// Rows read from one snapshot of a store. Movable. Not thread-safe. Other threads may read and
// write the store meanwhile, and the cursor may outlive its Store.
//
//   for (const diotima::Row& row : cursor) Use(row);
//   if (!cursor.status().ok()) …
//
// Rows come by sample, and the rows of one sample newest first, over all feature versions that were
// asked for. A row whose bytes are damaged is skipped; when the cursor ends, its status is
// kCorruption and names the keys.
class DIOTIMA_EXPORT Cursor {
 public:
  class Impl;
  explicit Cursor(std::unique_ptr<Impl> impl);
  Cursor(Cursor&&) noexcept;
  Cursor& operator=(Cursor&&) noexcept;
  ~Cursor();

  bool Valid() const;
  void Next();
  // Why the cursor ended; OK while Valid().
  const Status& status() const;
  const Schema& schema() const;
  // Requires Valid(). The row and all values from it live until Next().
  const Row& row() const;

  const Row& Current() const { return row(); }
  CursorIterator<Cursor, const Row&> begin() { return CursorIterator<Cursor, const Row&>(this); }
  std::default_sentinel_t end() const { return {}; }

 private:
  std::unique_ptr<Impl> impl_;
};

// One step of an UpdateCursor. New and stale: the joined upstream columns (or the sample's) and the
// four hash columns. Orphaned: the stored row.
struct Update {
  Change change;
  const Row& row;
};

// The answer of ResolveUpdate, one row at a time; a cursor as above.
//
//   for (const auto& [change, row] : update) …
//   if (!update.status().ok()) …
//
// New, stale and orphaned rows come mixed, in the order of their join columns. Damage ends the
// cursor at once: a part of an increment would be wrong.
class DIOTIMA_EXPORT UpdateCursor {
 public:
  class Impl;
  explicit UpdateCursor(std::unique_ptr<Impl> impl);
  UpdateCursor(UpdateCursor&&) noexcept;
  UpdateCursor& operator=(UpdateCursor&&) noexcept;
  ~UpdateCursor();

  bool Valid() const;
  void Next();
  const Status& status() const;
  // Both require Valid(). The row and all values from it live until Next().
  Change change() const;
  const Row& row() const;
  // The columns of new and stale rows, and those of orphaned ones (none where there can be no
  // orphaned rows).
  const Schema& schema() const;
  const Schema& orphan_schema() const;
  // Counts of the steps made so far: of the whole increment once the cursor has ended without
  // error.
  const UpdateCounts& counts() const;
  // Remarks on the request: filters for features that take no part, and the like.
  const std::vector<std::string>& warnings() const;

  Update Current() const { return {change(), row()}; }
  CursorIterator<UpdateCursor, Update> begin() {
    return CursorIterator<UpdateCursor, Update>(this);
  }
  std::default_sentinel_t end() const { return {}; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace diotima
