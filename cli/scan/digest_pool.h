// Reads and hashes files in threads.
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

// Takes chunks of files, and returns them with their digests in the same order. One thread uses it.
class DigestPool {
 public:
  using Chunk = std::vector<FileDigest>;

  DigestPool(std::string root, size_t threads);
  ~DigestPool();  // what was not taken is dropped

  // Returns how many chunks keep all threads busy.
  size_t capacity() const { return 2 * threads_.size() + 2; }
  // Returns how many chunks were put and not taken.
  size_t size() const { return jobs_.size(); }
  void Put(Chunk files);
  // Waits for the oldest chunk and returns it. Requires size() > 0.
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
