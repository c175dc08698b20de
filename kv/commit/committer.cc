#include "kv/commit/committer.h"

#include <diotima/status_macros.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <chrono>

#include "kv/catalog/draft.h"
#include "kv/commit/write_set.h"

namespace diotima {
namespace {

// So that one commit does not wait for the bytes of very many.
constexpr uint64_t kGroupBytes = uint64_t{4} << 20;

}  // namespace

Committer::Committer(std::shared_ptr<Engine> engine, std::shared_ptr<Catalog> catalog,
                     std::function<Time()> clock, int64_t last)
    : engine_(std::move(engine)),
      catalog_(std::move(catalog)),
      clock_(std::move(clock)),
      last_time_(last) {}

int64_t Committer::NextTime() const {
  const Time now =
      clock_ ? clock_() : std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  return std::max(ToMicros(now), last_time_.load() + 1);
}

Result<int64_t> Committer::Commit(WriteSet* set, CatalogDraft* catalog, bool sync) {
  if (set->bulk()) {
    DIOTIMA_TRY(set->Prepare());
    const MutexLock turn(&turn_);
    return Apply(set, catalog, {}, sync);
  }
  Member member{set, catalog, sync, false, {}, 0};
  queue_mutex_.lock();
  waiting_.push_back(&member);
  while (!member.done && led_) done_.Wait(&queue_mutex_);
  while (!member.done) {
    led_ = true;
    queue_mutex_.unlock();
    {
      // While commits that are not of a group hold this, the group grows.
      const MutexLock turn(&turn_);
      queue_mutex_.lock();
      const auto group = TakeGroup();
      queue_mutex_.unlock();
      WriteGroup(group);
      queue_mutex_.lock();
      for (Member* one : group) one->done = true;
    }
    led_ = false;
    done_.NotifyAll();
  }
  queue_mutex_.unlock();
  if (!member.status.ok()) return member.status;
  return member.time;
}

std::deque<Committer::Member*> Committer::TakeGroup() {
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

Status Committer::AppendMember(Member* member, int64_t* last,
                               std::shared_ptr<const CatalogState>* state,
                               rocksdb::WriteBatch* batch) {
  std::shared_ptr<const CatalogState> next;
  if (member->catalog != nullptr) {
    DIOTIMA_ASSIGN(next, member->catalog->Next(*state));
  }
  member->time = member->set->TakeTime(*last);
  Records records;
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

void Committer::WriteGroup(const std::deque<Member*>& group) {
  const auto before = catalog_->state();
  auto state = before;
  int64_t last = last_time_;
  bool sync = false, any = false;
  rocksdb::WriteBatch batch;
  for (Member* member : group) {
    member->status = AppendMember(member, &last, &state, &batch);
    any = any || member->status.ok();
    sync = sync || (member->status.ok() && member->sync);
  }
  if (!any) return;
  auto write = [&] { return engine_->Commit({.batch = &batch, .tables = {}}, sync); };
  const Status status = state != before ? catalog_->Publish(state, write) : write();
  if (status.ok()) {
    last_time_ = last;
    engine_->NoteCommit(last, sync);
  }
  for (Member* member : group) {
    if (member->status.ok()) member->status = status;
  }
}

// From here on, and until the version has been compacted, compaction removes none of its history:
// it might take removed rows for newer ones.
void Committer::NoteRemovals(const WriteSet& set, CatalogDraft* catalog) {
  for (const auto& [version, rows] : set.removed()) {
    ++removals_;
    engine_->expiry()->Remove(version);
    VersionUpkeep upkeep = catalog->Upkeep(version);
    if (upkeep.has_pending_deletions) continue;
    upkeep.has_pending_deletions = true;
    catalog->SetUpkeep(version, upkeep);
  }
}

Result<int64_t> Committer::Apply(WriteSet* set, CatalogDraft* catalog, Records more, bool sync) {
  DIOTIMA_TRY(set->Prepare());
  NoteRemovals(*set, catalog);
  const auto base = catalog_->state();
  std::shared_ptr<const CatalogState> next;
  if (catalog != nullptr) {
    DIOTIMA_ASSIGN(next, catalog->Next(base));
  }
  const int64_t time = set->TakeTime(last_time_);
  Catalog::AppendRecords(*base, next ? *next : *base, time, &more);
  auto write = [&] { return set->Write(time, *base, more, sync); };
  DIOTIMA_TRY(next ? catalog_->Publish(std::move(next), write) : write());
  last_time_ = time;
  engine_->NoteCommit(time, sync || set->bulk());
  return time;
}

Status Committer::Record(const CatalogDraft& draft) {
  DIOTIMA_ASSIGN(auto next, draft.Next(draft.base()));
  if (!next) return Status::Ok();
  Records records;
  Catalog::AppendRecords(*draft.base(), *next, last_time_, &records);
  rocksdb::WriteBatch batch;
  for (const auto& [key, value] : records) batch.Put(engine_->catalog(), key, value);
  return catalog_->Publish(std::move(next), [&] {
    return engine_->Commit({.batch = &batch, .tables = {}}, /*sync=*/true);
  });
}

}  // namespace diotima
