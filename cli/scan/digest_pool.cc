#include "cli/scan/digest_pool.h"

#include <algorithm>

namespace diotima::cli {

DigestPool::DigestPool(std::string root, size_t threads) : root_(std::move(root)) {
  for (size_t i = 0; i < std::max<size_t>(threads, 1); ++i) {
    threads_.emplace_back([this] { Work(); });
  }
}

DigestPool::~DigestPool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    waiting_.clear();
  }
  put_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void DigestPool::Put(Chunk files) {
  auto job = std::make_shared<Job>();
  job->files = std::move(files);
  jobs_.push_back(job);
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(job));
  }
  put_.notify_one();
}

DigestPool::Chunk DigestPool::Take() {
  const auto job = jobs_.front();
  jobs_.pop_front();
  std::unique_lock lock(mutex_);
  done_.wait(lock, [&] { return job->done; });
  return std::move(job->files);
}

void DigestPool::Work() {
  std::vector<char> buffer(size_t{256} << 10);
  std::unique_lock lock(mutex_);
  for (;;) {
    put_.wait(lock, [&] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    const auto job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    for (auto& file : job->files) DigestFile(root_, &buffer, &file);
    lock.lock();
    job->done = true;
    done_.notify_one();
  }
}

}  // namespace diotima::cli
