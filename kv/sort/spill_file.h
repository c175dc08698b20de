// Writes sorted runs of records to one file that has no name, and reads them.
#pragma once

#include <diotima/status.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "kv/sort/record_segment.h"

namespace diotima {

// One sorted run: its place in the file, and its key at regular distances.
struct SpilledRun {
  struct Mark {
    std::string key;
    uint64_t offset;
  };
  uint64_t begin = 0, end = 0;
  std::vector<Mark> marks;
};

// Thread-safe. The file is removed with this object, and with the process, however that ends.
class SpillFile {
 public:
  // Creates no file before the first Write.
  explicit SpillFile(std::string directory) : directory_(std::move(directory)) {}
  ~SpillFile();
  SpillFile(const SpillFile&) = delete;

  // Writes the records of a sorted segment.
  Result<SpilledRun> Write(const RecordSegment& segment);
  // Fills `buffer` with up to `size` bytes from `offset` on; fewer only at the end of the file.
  Status Read(uint64_t offset, size_t size, std::string* buffer) const;

 private:
  Result<uint64_t> Reserve(uint64_t size);
  Status WriteAt(uint64_t offset, std::string_view bytes);
  Status Error(const char* what) const;

  const std::string directory_;
  std::mutex mutex_;
  std::string path_;
  int fd_ = -1;
  uint64_t size_ = 0;
};

// Reads the records of a run. Not thread-safe.
class RunReader {
 public:
  // `buffer` is in bytes.
  RunReader(const SpillFile* file, const SpilledRun* run, size_t buffer);

  Status Seek(std::string_view from);
  Status Next();
  bool Valid() const { return valid_; }
  // The record lives until Next().
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }

 private:
  Status Fill(size_t need);

  const SpillFile* const file_;
  const SpilledRun* const run_;
  const size_t buffer_size_;
  std::string buffer_;
  size_t position_ = 0;     // in the buffer
  uint64_t read_upto_ = 0;  // in the file
  bool valid_ = false;
  std::string_view key_, value_;
};

}  // namespace diotima
