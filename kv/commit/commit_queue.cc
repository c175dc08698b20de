#include "kv/commit/commit_queue.h"

#include <rocksdb/write_batch.h>

#include "codec/base/status_macros.h"
#include "kv/catalog/draft.h"
#include "kv/commit/write_set.h"

namespace diotima {
namespace {

// So that one commit does not wait for the bytes of very many.
constexpr uint64_t kGroupBytes = uint64_t{4} << 20;

}  // namespace

Result<int64_t> CommitQueue::Commit(WriteSet* set, const CatalogDraft* catalog, bool sync) {
  if (set->bulk()) return CommitAlone(set, catalog, sync);
  Member member{set, catalog, sync};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&member);
  done_.wait(lock, [&] { return member.done || !led_; });
  while (!member.done) {
    led_ = true;
    lock.unlock();
    {
      // While commits that are not of a group hold this, the group grows.
      const std::lock_guard commit_lock(core_->commit_mutex);
      lock.lock();
      const auto group = TakeGroup();
      lock.unlock();
      WriteGroup(group);
      lock.lock();
      for (Member* one : group) one->done = true;
    }
    led_ = false;
    done_.notify_all();
  }
  if (!member.status.ok()) return member.status;
  return member.time;
}

Result<int64_t> CommitQueue::CommitAlone(WriteSet* set, const CatalogDraft* catalog, bool sync) {
  DIOTIMA_TRY(set->Prepare());
  const std::lock_guard lock(core_->commit_mutex);
  return set->Apply(catalog, {}, sync);
}

std::deque<CommitQueue::Member*> CommitQueue::TakeGroup() {
  std::deque<Member*> group;
  uint64_t bytes = 0;
  while (!waiting_.empty()) {
    Member* const next = waiting_.front();
    // Where rows with times of their own come depends on what is stored: such a commit goes alone.
    if (!group.empty() && (next->set->own_times() || group.front()->set->own_times() ||
                           bytes + next->set->bytes() > kGroupBytes)) {
      break;
    }
    bytes += next->set->bytes();
    group.push_back(next);
    waiting_.pop_front();
  }
  return group;
}

Status CommitQueue::AppendMember(Member* member, int64_t* last,
                                 std::shared_ptr<const CatalogState>* state,
                                 rocksdb::WriteBatch* batch) {
  std::shared_ptr<const CatalogState> next;
  if (member->catalog != nullptr) {
    DIOTIMA_ASSIGN(next, member->catalog->Next(*state));
  }
  member->time = member->set->TakeTime(*last);
  WriteSet::Records records;
  Catalog::AppendRecords(**state, next ? *next : **state, member->time, &records);
  batch->SetSavePoint();
  const Status status = member->set->AppendTo(batch, member->time, **state, records);
  if (!status.ok()) {
    batch->RollbackToSavePoint();
    return status;
  }
  *last = member->time;
  if (next) *state = std::move(next);
  return Status::Ok();
}

void CommitQueue::WriteGroup(const std::deque<Member*>& group) {
  const auto before = core_->catalog->state();
  auto state = before;
  int64_t last = core_->last_commit_time;
  bool sync = false, any = false;
  rocksdb::WriteBatch batch;
  for (Member* member : group) {
    member->status = AppendMember(member, &last, &state, &batch);
    any = any || member->status.ok();
    sync = sync || (member->status.ok() && member->sync);
  }
  if (!any) return;
  auto write = [&] { return core_->engine->Write(&batch, sync); };
  const Status status = state != before ? core_->catalog->Publish(state, write) : write();
  if (status.ok()) core_->last_commit_time = last;
  for (Member* member : group) {
    if (member->status.ok()) member->status = status;
  }
}

}  // namespace diotima
