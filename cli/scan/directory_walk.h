// Lists the regular files below a directory.
#pragma once

#include <diotima/status.h>

#include <string>
#include <vector>

namespace diotima::cli {

// Files come in ascending order of their relative paths, by bytes. Only the directories on the way
// to the current file are in memory. Does not follow symbolic links. Not thread-safe.
class DirectoryWalk {
 public:
  explicit DirectoryWalk(std::string root) : root_(std::move(root)) {}

  // Reads the root. Returns kNotFound, kInvalidArgument (not a directory) or kIoError.
  Status Start();
  // Returns the path of the next file, relative to the root. False at the end.
  bool Next(std::string* path);
  // Returns messages about directories that could not be read and were skipped.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  struct Level {
    std::string path;                // with a slash at its end, or empty
    std::vector<std::string> names;  // descending; those of directories end in a slash
  };

  // Returns 0, or the error number.
  int Enter(const std::string& path);

  const std::string root_;
  std::vector<Level> levels_;
  std::vector<std::string> problems_;
};

}  // namespace diotima::cli
