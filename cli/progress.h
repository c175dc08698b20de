// Progress of what takes longer than a second, on stderr.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace diotima::cli {

// One line that is rewritten in place, and wiped at the end. Nothing shows unless `enabled`.
class Progress {
 public:
  Progress(bool enabled, std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `count` more rows.
  void Add(uint64_t count) {
    rows_ += count;
    if (enabled_ && rows_ >= next_look_) Look();
  }
  // The share done, from 0 to 1, where it is known.
  void SetShare(double share) { share_ = share; }
  // Wipes the line, so that something else can be printed.
  void Clear();

 private:
  void Look();
  std::string Line(double seconds) const;

  const bool enabled_;
  const std::string what_;
  const std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point shown_;
  uint64_t rows_ = 0;
  uint64_t next_look_ = 0;
  double share_ = -1;
  bool visible_ = false;
};

}  // namespace diotima::cli
