#include "kv/disk/new_directory.h"

#include <diotima/status_macros.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "codec/base/os_error.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

std::string WithoutSlash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::string Parent(const std::string& path) {
  const std::string parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent;
}

Status SyncDirectory(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  if (synced) return Status::Ok();
  return OsError(error, "cannot sync '" + path + "'");
}

}  // namespace

Result<NewDirectory> NewDirectory::Begin(const std::string& path, const std::string& purpose) {
  NewDirectory directory;
  std::error_code error;
  directory.path_ = WithoutSlash(fs::absolute(path, error));
  if (fs::exists(directory.path_, error) &&
      !(fs::is_directory(directory.path_, error) && fs::is_empty(directory.path_, error))) {
    return Status::InvalidArgument("'" + path + "' is there already: name a new directory");
  }
  std::string pattern = directory.path_ + "." + purpose + "-XXXXXX";
  fs::create_directories(Parent(directory.path_), error);
  if (!error && mkdtemp(pattern.data()) == nullptr) error = {errno, std::generic_category()};
  if (error) return OsError(error.value(), "cannot create '" + pattern + "'");
  directory.temporary_ = pattern;
  return directory;
}

NewDirectory::NewDirectory(NewDirectory&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, "")) {}

NewDirectory::~NewDirectory() {
  std::error_code error;
  if (!temporary_.empty()) fs::remove_all(temporary_, error);
}

Status NewDirectory::Finish() {
  DIOTIMA_TRY(SyncDirectory(contents()));
  if (std::rename(contents().c_str(), path_.c_str()) != 0) {
    return OsError(errno, "cannot create '" + path_ + "'");
  }
  return SyncDirectory(Parent(path_));
}

}  // namespace diotima
