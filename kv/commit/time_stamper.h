// Turns the records of a commit into keys and values, once the commit time is known.
#pragma once

#include <diotima/status.h>
#include <diotima/status_macros.h>

#include <cstring>
#include <string>
#include <string_view>

#include "codec/row/key.h"

namespace diotima {

// The key of a record is the key of the row and one byte, the action.
inline constexpr char kPutRecord = 'p';
inline constexpr char kRemoveRecord = 'd';
// Removes all rows from that key to before the value of the record.
inline constexpr char kRemoveRangeRecord = 'r';

// Stands for the commit time in a key, until that time is known. No real time has this value.
inline constexpr uint64_t kPendingKeyTime = 0;

// Holds the commit time and an ordinal as keys have them.
class KeyTime {
 public:
  explicit KeyTime(int64_t time) { AppendRowKeySuffix(time, 0, &suffix_); }

  // Sets the time in a key that has kPendingKeyTime, and its ordinal to 0 if `alone`. Returns
  // whether the time was pending.
  bool Set(char* key, size_t size, bool alone) const {
    char* const suffix = key + size - kRowKeySuffixSize;
    if (ReadUint64(suffix) != kPendingKeyTime) return false;
    std::memcpy(suffix, suffix_.data(), alone ? kRowKeySuffixSize : sizeof(uint64_t));
    return true;
  }

 private:
  std::string suffix_;
};

inline std::string_view SampleOfKey(std::string_view key) {
  return key.substr(0, key.size() - kRowKeySuffixSize);
}

// Writes sorted records to `Sink`, which has Put(key, value), Remove(key) and RemoveRange(begin,
// end). All rows have the time of the commit. With `renumber`, a row that is the only one of its
// sample gets ordinal 0, which compresses to nothing. Not thread-safe.
template <typename Sink>
class TimeStamper {
 public:
  TimeStamper(int64_t time, bool renumber, Sink* sink)
      : time_(time), renumber_(renumber), sink_(sink) {}

  Status Add(std::string_view key, std::string_view value) {
    const char what = key.back();
    key.remove_suffix(1);
    if (what != kPutRecord) {
      DIOTIMA_TRY(Finish());
      return what == kRemoveRecord ? sink_->Remove(key) : sink_->RemoveRange(key, value);
    }
    const bool more_of_sample = waiting_ && SampleOfKey(key_) == SampleOfKey(key);
    DIOTIMA_TRY(Emit(more_of_sample));
    of_several_ = more_of_sample;
    if (more_of_sample) ++repeated_;
    key_ = key;
    value_ = value;
    waiting_ = true;
    return Status::Ok();
  }
  Status Finish() { return Emit(false); }
  // Returns how many rows are of the sample of the row before.
  uint64_t repeated() const { return repeated_; }

 private:
  Status Emit(bool more_of_sample) {
    if (!waiting_) return Status::Ok();
    waiting_ = false;
    time_.Set(key_.data(), key_.size(), renumber_ && !of_several_ && !more_of_sample);
    return sink_->Put(key_, value_);
  }

  const KeyTime time_;
  const bool renumber_;
  Sink* const sink_;
  // The last row, kept until it is known whether the next one is of the same sample.
  bool waiting_ = false;
  bool of_several_ = false;
  uint64_t repeated_ = 0;
  std::string key_, value_;
};

}  // namespace diotima
