// Reads lines of a file in bounded memory.
#pragma once

#include <diotima/status.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace diotima {

class LineReader {
 public:
  // This many bytes behind every line can be read, whatever they hold; simdjson needs them.
  static constexpr size_t kPadding = 64;

  // `file` is borrowed.
  LineReader(std::FILE* file, std::string source, size_t max_line_bytes);

  // Returns the next line, without its newline; valid until the next call. False at the end. Skips
  // a byte order mark before the first line.
  Result<bool> Next(std::string_view* line);
  // Extends the current line by its newline and the next line. Returns false at the end.
  Result<bool> Extend(std::string_view* line);

  // Returns the number of the current line (of its first line when it was extended), from 1.
  uint64_t number() const { return number_; }
  const std::string& source() const { return source_; }
  // Returns `status` with "SOURCE:LINE: " before its message.
  Status Locate(const Status& status) const;

 private:
  // Finds the end of the line that starts at `begin_`, looking from `from` on.
  Result<bool> FindEnd(size_t from, std::string_view* line);
  Status Fill();
  void MakeRoom();

  std::FILE* file_;
  std::string source_;
  size_t max_line_bytes_;
  std::unique_ptr<char[]> buffer_;
  size_t capacity_ = 0;  // without the padding
  size_t begin_ = 0;     // of the current line
  size_t next_ = 0;      // of the line after it
  size_t end_ = 0;       // of what was read
  bool at_end_ = false;  // of the file
  uint64_t number_ = 0;
  uint64_t lines_ = 0;  // lines up to and with the current one
};

}  // namespace diotima
