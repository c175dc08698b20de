// Shows the progress of operations over a second, on stderr.
#pragma once

#include <diotima/options.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace diotima::cli {

// Rewrites one line in place, and wipes it at the end:
//
//   write  [########                ]  33 %  3.30 M rows  312 MB/s  18 s left
//   write  3.30 M rows  312 MB/s  9 s
//   write  9.92 M rows  312 MB/s  all read
//   read  3.30 M rows  1.20 M rows/s  3 s
//   backup  [########                ]  33 %  312 MB/s  18 s left
//
// Shows nothing unless `enabled` and stderr is a terminal.
class Progress {
 public:
  Progress(bool enabled, std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Adds `count` rows.
  void Add(uint64_t count) {
    rows_ += count;
    if (enabled_ && rows_ >= next_look_) Refresh();
  }
  // Sets the bytes of text read so far, and the total: 0 if it is not known.
  void SetBytes(uint64_t done, uint64_t total) {
    bytes_ = done;
    total_bytes_ = total;
  }
  // Returns a callback for an operation that counts bytes. It ends the operation when a signal
  // came, and must not outlive this.
  ProgressCallback Callback();
  // Returns the same for an operation that counts rows.
  ProgressCallback RowCallback();
  // Notes that all input was read, while its use goes on.
  void AllRead();
  // Wipes the line, so that something else can be printed.
  void Clear();

 private:
  void Refresh();
  std::string Line(double seconds) const;

  const bool enabled_;
  const std::string what_;
  const std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point shown_;
  uint64_t rows_ = 0;
  uint64_t next_look_ = 0;
  uint64_t bytes_ = 0;
  uint64_t total_bytes_ = 0;
  uint64_t total_rows_ = 0;
  bool all_read_ = false;
  bool visible_ = false;
};

}  // namespace diotima::cli
