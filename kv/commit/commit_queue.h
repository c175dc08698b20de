// Commits one after the other; small ones that come at the same time in one write.
// docs/architecture.md, "Commits".
#pragma once

#include <diotima/status.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

namespace rocksdb {
class WriteBatch;
}

namespace diotima {

class CatalogDraft;
class WriteSet;
struct CatalogState;
struct StoreCore;

// Thread-safe. Commits get their times, and become visible, in the order in which they came.
class CommitQueue {
 public:
  explicit CommitQueue(StoreCore* core) : core_(core) {}

  // Applies a commit that is not bulk() and returns its time. The first of those that wait leads:
  // it writes all of them at once, with `sync` if any asks for it. `catalog` may be null. kBusy
  // when another commit has changed what `catalog` drafted from; kIoError for all whose write
  // failed: nothing of them is visible.
  Result<int64_t> Commit(WriteSet* set, const CatalogDraft* catalog, bool sync);

 private:
  struct Member {
    WriteSet* set;
    const CatalogDraft* catalog;
    bool sync;
    bool done = false;
    Status status;
    int64_t time = 0;
  };

  Result<int64_t> CommitAlone(WriteSet* set, const CatalogDraft* catalog, bool sync);
  std::deque<Member*> TakeGroup();
  void WriteGroup(const std::deque<Member*>& group);
  Status AppendMember(Member* member, int64_t* last, std::shared_ptr<const CatalogState>* state,
                      rocksdb::WriteBatch* batch);

  StoreCore* const core_;
  std::mutex mutex_;
  std::condition_variable done_;
  std::deque<Member*> waiting_;
  bool led_ = false;
};

}  // namespace diotima
