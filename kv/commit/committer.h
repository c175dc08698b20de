// Gives commits their turn and their time, and makes them visible. docs/architecture.md, "Commits".
#pragma once

#include <diotima/status.h>
#include <diotima/time.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "codec/base/mutex.h"

namespace rocksdb {
class WriteBatch;
}

namespace diotima {

class Catalog;
class CatalogDraft;
class Engine;
class WriteSet;
struct CatalogState;

// Owns the lock, the clock and the queue of commits. Thread-safe. Commits get their times, and
// become visible, in the order in which they came.
class Committer {
 public:
  // Catalog records by key.
  using Records = std::map<std::string, std::string>;

  // `clock`: as in StoreOptions. `last`: the time of the last commit of the store, in microseconds
  // since 1970, 0 if there was none.
  Committer(std::shared_ptr<Engine> engine, std::shared_ptr<Catalog> catalog,
            std::function<Time()> clock, int64_t last);

  // Return the time of the last commit, and the time that a commit would get now: that of the
  // clock, but later than the last one. Both in microseconds since 1970.
  int64_t last_time() const { return last_time_; }
  int64_t NextTime() const;

  // Applies a commit and returns its time. The first of the small commits that wait leads: it
  // writes all of them at once, with `sync` if any asks for it. `catalog` may be null. Returns
  // kConflict when another commit has changed what `catalog` drafted from. When a write fails, all
  // its commits fail and nothing of them is visible.
  Result<int64_t> Commit(WriteSet* set, CatalogDraft* catalog, bool sync);

  class Turn;

 private:
  struct Member {
    WriteSet* set;
    CatalogDraft* catalog;
    bool sync;
    bool done = false;
    Status status;
    int64_t time = 0;
  };

  Result<int64_t> Apply(WriteSet* set, CatalogDraft* catalog, Records more, bool sync)
      DIOTIMA_REQUIRES(turn_);
  Status Record(const CatalogDraft& draft) DIOTIMA_REQUIRES(turn_);
  void NoteRemovals(const WriteSet& set, CatalogDraft* catalog) DIOTIMA_REQUIRES(turn_);
  std::deque<Member*> TakeGroup() DIOTIMA_REQUIRES(queue_mutex_);
  void WriteGroup(const std::deque<Member*>& group) DIOTIMA_REQUIRES(turn_);
  Status AppendMember(Member* member, int64_t* last, std::shared_ptr<const CatalogState>* state,
                      rocksdb::WriteBatch* batch) DIOTIMA_REQUIRES(turn_);

  const std::shared_ptr<Engine> engine_;
  const std::shared_ptr<Catalog> catalog_;
  const std::function<Time()> clock_;

  // Held by a commit from the moment it takes its time until it is visible. Taken before
  // `queue_mutex_`.
  Mutex turn_;
  // Written under `turn_`.
  std::atomic<int64_t> last_time_;
  uint64_t removals_ DIOTIMA_GUARDED_BY(turn_) = 0;

  Mutex queue_mutex_;
  CondVar done_;
  std::deque<Member*> waiting_ DIOTIMA_GUARDED_BY(queue_mutex_);
  bool led_ DIOTIMA_GUARDED_BY(queue_mutex_) = false;
};

// The exclusive right to commit: while one lives no other commit is made. An operation that commits
// what follows from what it reads takes its turn before it reads.
class Committer::Turn {
 public:
  explicit Turn(Committer* committer) DIOTIMA_UNCHECKED_LOCKS : committer_(committer) {
    committer_->turn_.lock();
  }
  ~Turn() DIOTIMA_UNCHECKED_LOCKS { committer_->turn_.unlock(); }
  Turn(const Turn&) = delete;

  // Takes a commit time, writes everything in one atomic step, and returns the time. `more`:
  // further catalog records. Other parameters and errors: as Commit. After an error the set can be
  // applied again, unless it is bulk.
  Result<int64_t> Apply(WriteSet* set, CatalogDraft* catalog, bool sync = true,
                        Records more = {}) DIOTIMA_UNCHECKED_LOCKS {
    return committer_->Apply(set, catalog, std::move(more), sync);
  }
  // Writes a draft of the catalog that is no commit and has no time.
  Status Record(const CatalogDraft& draft) DIOTIMA_UNCHECKED_LOCKS {
    return committer_->Record(draft);
  }
  // Returns how many times rows were removed since the store was opened.
  uint64_t removals() const DIOTIMA_UNCHECKED_LOCKS { return committer_->removals_; }

 private:
  Committer* const committer_;
};

}  // namespace diotima
