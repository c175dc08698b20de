// Opens the files that commands read.
#pragma once

#include <diotima/status.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

namespace diotima::cli {

// A file, or standard input under the name `-`. Ctrl-C ends a waiting read. One thread reads;
// others may ask how far it is, and end it.
class Input {
 public:
  // Opens a file. Returns kNotFound or kIoError; kInvalidArgument for one that is compressed, or
  // holds rows in another form than text.
  static Result<std::unique_ptr<Input>> Open(const std::string& path);
  ~Input();
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  std::FILE* file() const { return file_; }
  // Ends a waiting read, and fails all later ones.
  void Cancel();
  const std::string& path() const { return path_; }
  // Return the bytes read so far, and the size: 0 unless it is a regular file.
  uint64_t position() const { return position_; }
  uint64_t size() const { return size_; }

 private:
  Input() = default;
  static ssize_t Read(void* self, char* buffer, size_t size);

  std::string path_;
  std::FILE* file_ = nullptr;
  int descriptor_ = -1;
  int cancelled_ = -1;  // readable once it is
  std::atomic<uint64_t> position_ = 0;
  uint64_t size_ = 0;
};

}  // namespace diotima::cli
