// Lists the regular files below a directory.
#pragma once

#include <diotima/status.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace diotima::cli {

// Files come in ascending order of their relative paths, by bytes. Only the directories on the way
// to the current file are in memory. Not thread-safe.
class DirectoryWalk {
 public:
  // `follow`: symbolic links to files and directories count as these. A link to a directory that
  // leads to it is left out, and so is one that leads nowhere.
  DirectoryWalk(std::string root, bool follow) : root_(std::move(root)), follow_(follow) {}

  // Reads the root. Returns kNotFound, kInvalidArgument (not a directory) or kIoError.
  Status Start();
  // Returns the path of the next file, relative to the root. False at the end.
  bool Next(std::string* path);
  // Returns the number of symbolic links that were left out.
  uint64_t skipped_links() const { return skipped_links_; }
  // Returns messages about directories that could not be read and were skipped.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  struct Level {
    std::string path;                        // with a slash at its end, or empty
    std::vector<std::string> names;          // descending; those of directories end in a slash
    std::pair<uint64_t, uint64_t> identity;  // device and inode
  };

  // Returns 0, or the error number.
  int Enter(const std::string& path);
  unsigned char TypeOfLink(int directory, const char* name, const Level& level);

  const std::string root_;
  const bool follow_;
  uint64_t skipped_links_ = 0;
  std::vector<Level> levels_;
  std::vector<std::string> problems_;
};

}  // namespace diotima::cli
