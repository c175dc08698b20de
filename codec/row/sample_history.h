// Which stored rows newer rows of the same sample have superseded.
#pragma once

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "codec/row/key.h"

namespace diotima {

// Follows rows in the order of keys, which is newest first within a sample, by the time of events.
// Reads as of a time see rows by their commit times: a row is superseded from the first commit on
// that brought a newer one. Purge and compaction
// decide by it which history to remove. Not thread-safe.
class SampleHistory {
 public:
  // Takes the next row, with its commit time in microseconds. Returns whether it is the newest of
  // its sample.
  bool Next(const RowKey& row, int64_t commit_time) {
    const bool first = !any_ || row.id != id_ || row.sample != sample_;
    if (first) {
      any_ = true;
      id_ = row.id;
      sample_ = row.sample;
      newer_ = 0;
      superseded_at_ = std::numeric_limits<int64_t>::max();
    } else {
      ++newer_;
      superseded_at_ = std::min(superseded_at_, commit_time_);
    }
    commit_time_ = commit_time;
    return first;
  }

  // Whether the row is history: a newer row of its sample came before it.
  bool superseded() const { return newer_ > 0; }
  // The time of the commit that superseded it, in microseconds. Requires superseded().
  int64_t superseded_at() const { return superseded_at_; }
  // Whether the row is beyond the newest `keep` rows of its sample (not given: 1) and was
  // superseded at `horizon` or before (not given: at any time).
  bool Expired(std::optional<uint64_t> keep, std::optional<int64_t> horizon) const {
    return superseded() && newer_ >= keep.value_or(1) && (!horizon || superseded_at_ <= *horizon);
  }
  // Forgets the sample: the next row is the newest of its own.
  void Reset() { any_ = false; }

 private:
  bool any_ = false;
  VersionId id_;
  std::string sample_;
  uint64_t newer_ = 0;  // rows of the sample before this one
  int64_t commit_time_ = 0;
  int64_t superseded_at_ = 0;
};

}  // namespace diotima
