// The regular files below a directory.
#pragma once

#include <diotima/status.h>

#include <string>
#include <vector>

namespace diotima::cli {

// In ascending order of their relative paths, by bytes; memory is that of the directories on the
// way to the current file. Symbolic links are not followed. Not thread-safe.
class DirectoryWalk {
 public:
  explicit DirectoryWalk(std::string root) : root_(std::move(root)) {}

  // Reads the root: kNotFound, kInvalidArgument (no directory), kIoError.
  Status Start();
  // The next file's path relative to the root. False at the end.
  bool Next(std::string* path);
  // Directories that could not be read, as messages; they were passed over.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  struct Level {
    std::string path;                // with a slash at its end, or empty
    std::vector<std::string> names;  // descending; those of directories end in a slash
  };

  // 0, or the error number.
  int Enter(const std::string& path);

  const std::string root_;
  std::vector<Level> levels_;
  std::vector<std::string> problems_;
};

}  // namespace diotima::cli
