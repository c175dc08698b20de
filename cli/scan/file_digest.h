// Reads what a scan needs of one file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace diotima::cli {

// What an earlier scan found of a file.
struct KnownFile {
  int64_t size = 0;
  int64_t modified_at = 0;
  std::string content;
};

struct FileDigest {
  std::string path;                // relative to what is scanned
  std::optional<KnownFile> known;  // its content counts where size and time are still the same

  bool gone = false;    // there is no such file any more
  std::string problem;  // why it could not be read; empty: it was
  int64_t size = 0;
  int64_t mode = 0;         // permission bits, their octal digits: 644
  int64_t modified_at = 0;  // microseconds since 1970
  std::string content;      // the xxHash64 of its bytes, decimal
};

// Fills in everything from `gone` on. `buffer` is memory to reuse.
void DigestFile(const std::string& root, std::vector<char>* buffer, FileDigest* file);

// Returns the hash of the attributes of a file: its size and mode.
std::string AttributesHash(const FileDigest& file);

}  // namespace diotima::cli
