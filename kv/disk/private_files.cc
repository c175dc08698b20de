#include "kv/disk/private_files.h"

#include <sys/stat.h>

#include <utility>

namespace diotima {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

IOStatus Private(IOStatus status, const std::string& path) {
  if (status.ok()) [[maybe_unused]]
    const int without_modes = chmod(path.c_str(), 0600);
  return status;
}

class PrivateFiles : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override { return "diotima.PrivateFiles"; }

  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override {
    return Private(target()->NewWritableFile(path, options, file, debug), path);
  }
  IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* file,
                              IODebugContext* debug) override {
    return Private(target()->ReopenWritableFile(path, options, file, debug), path);
  }
  IOStatus ReuseWritableFile(const std::string& path, const std::string& old,
                             const rocksdb::FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* file,
                             IODebugContext* debug) override {
    return Private(target()->ReuseWritableFile(path, old, options, file, debug), path);
  }
  IOStatus NewLogger(const std::string& path, const IOOptions& options,
                     std::shared_ptr<rocksdb::Logger>* logger, IODebugContext* debug) override {
    return Private(target()->NewLogger(path, options, logger, debug), path);
  }
  IOStatus LockFile(const std::string& path, const IOOptions& options, rocksdb::FileLock** lock,
                    IODebugContext* debug) override {
    return Private(target()->LockFile(path, options, lock, debug), path);
  }
  // A directory that is there is the user's, and stays as it is.
  IOStatus CreateDir(const std::string& path, const IOOptions& options,
                     IODebugContext* debug) override {
    if (mkdir(path.c_str(), 0700) == 0) return IOStatus::OK();
    return target()->CreateDir(path, options, debug);
  }
  IOStatus CreateDirIfMissing(const std::string& path, const IOOptions& options,
                              IODebugContext* debug) override {
    if (mkdir(path.c_str(), 0700) == 0) return IOStatus::OK();
    return target()->CreateDirIfMissing(path, options, debug);
  }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> WithPrivateFiles(
    const std::shared_ptr<rocksdb::FileSystem>& target) {
  return std::make_shared<PrivateFiles>(target);
}

}  // namespace diotima
