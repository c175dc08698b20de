#include "kv/sort/task_group.h"

namespace diotima {

TaskGroup::~TaskGroup() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void TaskGroup::RunOne(std::unique_lock<std::mutex>* lock) {
  Task task = std::move(waiting_.front());
  waiting_.pop_front();
  if (!status_.ok()) return;
  ++running_;
  lock->unlock();
  Status status = task();
  task = nullptr;  // what it holds is freed here, not under the lock
  lock->lock();
  --running_;
  if (status_.ok()) status_ = std::move(status);
  changed_.notify_all();
}

void TaskGroup::Work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [&] { return stop_ || !waiting_.empty(); });
    --idle_;
    if (stop_) return;
    RunOne(&lock);
  }
}

Status TaskGroup::Run(Task task) {
  std::unique_lock lock(mutex_);
  if (!status_.ok()) return status_;
  waiting_.push_back(std::move(task));
  if (idle_ == 0 && threads_.size() < limit_) threads_.emplace_back([this] { Work(); });
  changed_.notify_all();
  while (waiting_.size() > limit_) RunOne(&lock);
  return status_;
}

Status TaskGroup::Wait() {
  std::unique_lock lock(mutex_);
  while (!waiting_.empty() || running_ > 0) {
    if (!waiting_.empty()) {
      RunOne(&lock);
    } else {
      changed_.wait(lock);
    }
  }
  return status_;
}

}  // namespace diotima
