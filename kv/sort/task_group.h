// Runs the tasks of one operation on all cores.
#pragma once

#include <diotima/status.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace diotima {

// Runs tasks on a number of threads beside that of the caller, started when they are needed. When
// as many tasks wait as there are threads, Run executes one itself. So the memory of waiting tasks
// is bounded, and no core is idle while the caller waits. One thread calls Run and Wait.
class TaskGroup {
 public:
  using Task = std::function<Status()>;

  // 0 threads: every task runs in Run.
  explicit TaskGroup(size_t threads) : limit_(threads) {}
  // Waits for the running tasks, and drops the waiting ones.
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;

  size_t threads() const { return limit_; }
  // Returns the first error of a task so far. After an error, tasks are dropped.
  Status Run(Task task);
  // Executes tasks until all have ended. Returns the first error.
  Status Wait();

 private:
  // Runs one waiting task. Requires the lock, which is released meanwhile.
  void RunOne(std::unique_lock<std::mutex>* lock);
  void Work();

  const size_t limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> waiting_;
  size_t running_ = 0;
  size_t idle_ = 0;
  bool stop_ = false;
  Status status_;
  std::vector<std::thread> threads_;
};

}  // namespace diotima
