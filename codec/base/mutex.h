// Locks that Clang's thread-safety analysis understands: -Wthread-safety checks at compile time
// that what a mutex guards is touched only while it is held.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define DIOTIMA_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define DIOTIMA_THREAD_ANNOTATION(x)
#endif

#define DIOTIMA_CAPABILITY(name) DIOTIMA_THREAD_ANNOTATION(capability(name))
#define DIOTIMA_SCOPED_CAPABILITY DIOTIMA_THREAD_ANNOTATION(scoped_lockable)
#define DIOTIMA_GUARDED_BY(mutex) DIOTIMA_THREAD_ANNOTATION(guarded_by(mutex))
#define DIOTIMA_REQUIRES(...) DIOTIMA_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define DIOTIMA_EXCLUDES(...) DIOTIMA_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define DIOTIMA_ACQUIRE(...) DIOTIMA_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define DIOTIMA_RELEASE(...) DIOTIMA_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define DIOTIMA_UNCHECKED_LOCKS DIOTIMA_THREAD_ANNOTATION(no_thread_safety_analysis)

namespace diotima {

class DIOTIMA_CAPABILITY("mutex") Mutex {
 public:
  void lock() DIOTIMA_ACQUIRE() { mutex_.lock(); }
  void unlock() DIOTIMA_RELEASE() { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

// Holds a mutex while it lives.
class DIOTIMA_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex* mutex) DIOTIMA_ACQUIRE(mutex) : mutex_(mutex) { mutex_->lock(); }
  ~MutexLock() DIOTIMA_RELEASE() { mutex_->unlock(); }
  MutexLock(const MutexLock&) = delete;

 private:
  Mutex* const mutex_;
};

// A condition variable for Mutex. Waits may end early: call them in a loop on the condition.
class CondVar {
 public:
  // Releases `mutex` while it waits.
  void Wait(Mutex* mutex) DIOTIMA_REQUIRES(mutex) {
    std::unique_lock lock(mutex->mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  // Returns false once `deadline` has passed.
  bool WaitUntil(Mutex* mutex, std::chrono::steady_clock::time_point deadline)
      DIOTIMA_REQUIRES(mutex) {
    std::unique_lock lock(mutex->mutex_, std::adopt_lock);
    const bool in_time = condition_.wait_until(lock, deadline) == std::cv_status::no_timeout;
    lock.release();
    return in_time;
  }
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace diotima
