#include "cli/scan/directory_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>

namespace diotima::cli {
namespace {

// What a name is: a regular file, a directory, a symbolic link, or something else.
unsigned char TypeOfEntry(DIR* directory, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type;
  struct stat info = {};
  if (fstatat(dirfd(directory), entry.d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) return DT_UNKNOWN;
  return static_cast<unsigned char>(IFTODT(info.st_mode));
}

bool IsSelfOrParent(std::string_view name) { return name == "." || name == ".."; }

}  // namespace

Status DirectoryWalk::Start() {
  const int error = Enter("");
  if (error == 0) return Status::Ok();
  const std::string message = "cannot scan '" + root_ + "': " + std::strerror(error);
  if (error == ENOENT) return Status::NotFound(message);
  if (error == ENOTDIR) return Status::InvalidArgument(message);
  return Status::IoError(message);
}

// What a symbolic link leads to: a regular file, a directory that is not around it, or nothing to
// scan.
unsigned char DirectoryWalk::TypeOfLink(int directory, const char* name, const Level& level) {
  struct stat info = {};
  const bool found = follow_ && fstatat(directory, name, &info, 0) == 0;
  if (found && S_ISREG(info.st_mode)) return DT_REG;
  const std::pair<uint64_t, uint64_t> identity(info.st_dev, info.st_ino);
  const bool around = level.identity == identity ||
                      std::any_of(levels_.begin(), levels_.end(),
                                  [&](const Level& above) { return above.identity == identity; });
  if (found && S_ISDIR(info.st_mode) && !around) return DT_DIR;
  ++skipped_links_;
  return DT_UNKNOWN;
}

int DirectoryWalk::Enter(const std::string& path) {
  DIR* directory = opendir((root_ + "/" + path).c_str());
  if (directory == nullptr) return errno;
  Level level;
  level.path = path;
  struct stat info = {};
  if (fstat(dirfd(directory), &info) == 0) level.identity = {info.st_dev, info.st_ino};
  errno = 0;
  while (const dirent* entry = readdir(directory)) {
    unsigned char type = TypeOfEntry(directory, *entry);
    if (type == DT_LNK) type = TypeOfLink(dirfd(directory), entry->d_name, level);
    if (type == DT_REG) level.names.emplace_back(entry->d_name);
    if (type == DT_DIR && !IsSelfOrParent(entry->d_name)) {
      level.names.emplace_back(std::string(entry->d_name) + "/");
    }
    errno = 0;
  }
  const int error = errno;
  closedir(directory);
  if (error != 0) return error;
  std::sort(level.names.begin(), level.names.end(), std::greater<>());
  levels_.push_back(std::move(level));
  return 0;
}

bool DirectoryWalk::Next(std::string* path) {
  while (!levels_.empty()) {
    if (levels_.back().names.empty()) {
      levels_.pop_back();
      continue;
    }
    *path = levels_.back().path + levels_.back().names.back();
    levels_.back().names.pop_back();
    if (path->back() != '/') return true;
    // One that went away meanwhile is no problem.
    const int error = Enter(*path);
    if (error != 0 && error != ENOENT) {
      problems_.push_back("'" + root_ + "/" + *path + "': " + std::strerror(error));
    }
  }
  return false;
}

}  // namespace diotima::cli
