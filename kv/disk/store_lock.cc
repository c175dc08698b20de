#include "kv/disk/store_lock.h"

#include <diotima/status_macros.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <map>
#include <mutex>
#include <vector>

#include "codec/base/os_error.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

// The locked stores of this process, with the locked file.
class LockedStores {
 public:
  using Identity = std::pair<uint64_t, uint64_t>;

  static LockedStores& Get() {
    // Never destroyed: stores may be closed while the process ends.
    static auto* const stores = [] {
      pthread_atfork([] { Get().mutex_.lock(); }, [] { Get().mutex_.unlock(); }, &ForgetAll);
      return new LockedStores;
    }();
    return *stores;
  }

  bool Contains(Identity identity) {
    const std::lock_guard lock(mutex_);
    return stores_.contains(identity);
  }
  void Add(Identity identity, int descriptor) {
    const std::lock_guard lock(mutex_);
    stores_[identity] = descriptor;
  }
  void Remove(Identity identity) {
    const std::lock_guard lock(mutex_);
    stores_.erase(identity);
  }

 private:
  // A child that kept the files open would keep the locks after the end of its parent.
  static void ForgetAll() {
    for (const auto& [identity, descriptor] : Get().stores_) close(descriptor);
    Get().stores_.clear();
    Get().mutex_.unlock();
  }

  std::mutex mutex_;
  std::map<Identity, int> stores_;
};

Result<std::pair<uint64_t, uint64_t>> IdentityOf(const std::string& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) return OsError(errno, "cannot open store '" + path + "'");
  return std::pair<uint64_t, uint64_t>(info.st_dev, info.st_ino);
}

// Whether the locked file is still that of the path: whoever had the lock before may have removed
// the store.
bool IsStill(int descriptor, const std::string& path) {
  struct stat locked = {}, there = {};
  return fstat(descriptor, &locked) == 0 && stat(path.c_str(), &there) == 0 &&
         locked.st_dev == there.st_dev && locked.st_ino == there.st_ino;
}

}  // namespace

StoreLock::StoreLock(StoreLock&& other) noexcept { *this = std::move(other); }

StoreLock& StoreLock::operator=(StoreLock&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(created_directory_, other.created_directory_);
  std::swap(file_, other.file_);
  std::swap(identity_, other.identity_);
  return *this;
}

StoreLock::~StoreLock() {
  if (file_.descriptor() >= 0) LockedStores::Get().Remove(identity_);
}

Status StoreLock::Create(const std::string& path, bool* created) {
  std::error_code error;
  const auto parent = fs::path(path).parent_path();
  if (!parent.empty()) fs::create_directories(parent, error);
  if (!error && mkdir(path.c_str(), 0700) == 0) {
    *created = true;
  } else if (!error && errno != EEXIST) {
    error = {errno, std::generic_category()};
  }
  if (error) return OsError(error.value(), "cannot create store '" + path + "'");
  return Status::Ok();
}

Result<StoreLock> StoreLock::Take(const std::string& path, bool create) {
  StoreLock lock;
  lock.path_ = path;
  const std::string file = path + "/" + kFileName;
  for (;;) {
    if (create) DIOTIMA_TRY(Create(path, &lock.created_directory_));
    DIOTIMA_ASSIGN(lock.identity_, IdentityOf(path));
    const bool here = LockedStores::Get().Contains(lock.identity_);
    auto locked = FileLock::Exclusive(
        file,
        "store '" + path + "' is open for writing by " +
            (here ? "this process: use the store that is open, or close it first"
                  : "another process (lock file '" + file + "'): wait for it, or open read-only"));
    if (locked.ok() && IsStill(locked->descriptor(), file)) {
      lock.file_ = *std::move(locked);
      LockedStores::Get().Add(lock.identity_, lock.file_.descriptor());
      return lock;
    }
    // Removed meanwhile: once more, with the directory that is there now.
    std::error_code error;
    if (!locked.ok() && (!create || fs::exists(path, error))) return locked.status();
  }
}

void StoreLock::RemoveStore() {
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator it(path_, error), end; !error && it != end; it.increment(error)) {
    if (it->path().filename() != kFileName) entries.push_back(it->path());
  }
  for (const auto& entry : entries) fs::remove_all(entry, error);
  fs::remove(path_ + "/" + kFileName, error);
  if (created_directory_) fs::remove(path_, error);
}

}  // namespace diotima
