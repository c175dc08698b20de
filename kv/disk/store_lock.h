// Keeps a store for one writer, and creates and removes its directory under that lock.
#pragma once

#include <diotima/status.h>

#include <cstdint>
#include <string>
#include <utility>

#include "kv/disk/file_lock.h"

namespace diotima {

// The lock of a store: the file WRITER in its directory, locked. It ends with its process, and no
// child of fork() keeps it. A store is told from others by the device and inode of its directory,
// whatever its path is.
class StoreLock {
 public:
  // The name of the locked file.
  static constexpr const char* kFileName = "WRITER";

  // Locks the store in the directory `path`. With `create`, makes the directory if it is missing.
  // Returns kBusy while somebody else has the lock: another process, or this one, as the message
  // says.
  static Result<StoreLock> Take(const std::string& path, bool create);
  StoreLock() = default;
  StoreLock(StoreLock&& other) noexcept;
  StoreLock& operator=(StoreLock&& other) noexcept;
  // Gives the lock back.
  ~StoreLock();

  // Removes everything in the directory, and the directory itself if Take made it. Nobody else can
  // get the lock before that is done.
  void RemoveStore();

 private:
  using Identity = std::pair<uint64_t, uint64_t>;  // device and inode

  static Status Create(const std::string& path, bool* created);

  std::string path_;
  bool created_directory_ = false;
  FileLock file_;
  Identity identity_{};
};

}  // namespace diotima
