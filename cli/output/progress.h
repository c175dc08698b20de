// Progress of what takes longer than a second, on stderr.
#pragma once

#include <diotima/options.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace diotima::cli {

// One line that is rewritten in place, and wiped at the end:
//
//   write  [########                ]  33 %  3.30 M rows  312 MB/s  18 s left
//   write  3.30 M rows  312 MB/s  9 s
//   write  9.92 M rows  312 MB/s  all read
//   read  3.30 M rows  1.20 M rows/s  3 s
//   backup  [########                ]  33 %  312 MB/s  18 s left
//
// Nothing shows unless `enabled` and stderr is a terminal.
class Progress {
 public:
  Progress(bool enabled, std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `count` more rows.
  void Add(uint64_t count) {
    rows_ += count;
    if (enabled_ && rows_ >= next_look_) Refresh();
  }
  // Bytes of text read so far, and how many there are in all: 0 where that is not known.
  void SetBytes(uint64_t done, uint64_t total) {
    bytes_ = done;
    total_bytes_ = total;
  }
  // For an operation that counts bytes alone. Ends it when a signal came. Not to outlive this.
  ProgressCallback Callback();
  // The same for one that counts rows.
  ProgressCallback RowCallback();
  // Nothing more is read; what is done with it may take its time.
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
