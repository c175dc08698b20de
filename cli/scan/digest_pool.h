// Threads that read files.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "cli/scan/file_digest.h"

namespace diotima::cli {

// Takes chunks of files, and gives them back digested in the order in which they came. Used by one
// thread.
class DigestPool {
 public:
  using Chunk = std::vector<FileDigest>;

  DigestPool(std::string root, size_t threads);
  ~DigestPool();  // what was not taken is dropped

  // How many chunks should be under way to keep all threads busy.
  size_t capacity() const { return 2 * threads_.size() + 2; }
  // Chunks that were put and not taken.
  size_t size() const { return jobs_.size(); }
  void Put(Chunk files);
  // The oldest chunk, waited for. Requires size() > 0.
  Chunk Take();

 private:
  struct Job {
    Chunk files;
    bool done = false;
  };

  void Work();

  const std::string root_;
  std::mutex mutex_;
  std::condition_variable put_, done_;
  std::deque<std::shared_ptr<Job>> jobs_;     // in order; used by the owner alone
  std::deque<std::shared_ptr<Job>> waiting_;  // not begun
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace diotima::cli
