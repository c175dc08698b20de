#include "kv/disk/transient_errors.h"

#include <string>
#include <utility>

namespace diotima {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

using GivenUp = std::shared_ptr<const std::atomic<bool>>;

// RocksDB's own treatment of a full disk does not let files be ingested afterwards (7.8:
// ErrorHandler::ClearBGError). So a full disk becomes another kind of error, which FromRocks knows.
IOStatus Transient(IOStatus status, const std::atomic<bool>& given_up) {
  if (status.ok()) return status;
  if (status.IsNoSpace()) {
    status = rocksdb::status_to_io_status(rocksdb::Status::SpaceLimit(status.ToString()));
  }
  status.SetRetryable(!given_up);
  return status;
}

class File : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  File(std::unique_ptr<rocksdb::FSWritableFile> target, GivenUp given_up)
      : FSWritableFileOwnerWrapper(std::move(target)), given_up_(std::move(given_up)) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    return Transient(target()->Append(data, options, debug), *given_up_);
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    return Transient(target()->Append(data, options, verification, debug), *given_up_);
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    return Transient(target()->Close(options, debug), *given_up_);
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* debug) override {
    return Transient(target()->Flush(options, debug), *given_up_);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return Transient(target()->Sync(options, debug), *given_up_);
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Transient(target()->Fsync(options, debug), *given_up_);
  }

 private:
  const GivenUp given_up_;
};

class Directory : public rocksdb::FSDirectoryWrapper {
 public:
  Directory(std::unique_ptr<rocksdb::FSDirectory> target, GivenUp given_up)
      : FSDirectoryWrapper(std::move(target)), given_up_(std::move(given_up)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Transient(FSDirectoryWrapper::Fsync(options, debug), *given_up_);
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& directory) override {
    return Transient(FSDirectoryWrapper::FsyncWithDirOptions(options, debug, directory),
                     *given_up_);
  }

 private:
  const GivenUp given_up_;
};

class TransientErrors : public rocksdb::FileSystemWrapper {
 public:
  TransientErrors(const std::shared_ptr<rocksdb::FileSystem>& target, GivenUp given_up)
      : FileSystemWrapper(target), given_up_(std::move(given_up)) {}

  const char* Name() const override { return "diotima.TransientErrors"; }

  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override {
    return Wrapped(target()->NewWritableFile(path, options, file, debug), file);
  }
  IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* file,
                              IODebugContext* debug) override {
    return Wrapped(target()->ReopenWritableFile(path, options, file, debug), file);
  }
  IOStatus ReuseWritableFile(const std::string& path, const std::string& old,
                             const rocksdb::FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* file,
                             IODebugContext* debug) override {
    return Wrapped(target()->ReuseWritableFile(path, old, options, file, debug), file);
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* directory,
                        IODebugContext* debug) override {
    const IOStatus status = target()->NewDirectory(path, options, directory, debug);
    if (status.ok()) *directory = std::make_unique<Directory>(std::move(*directory), given_up_);
    return Transient(status, *given_up_);
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    return Transient(target()->RenameFile(from, to, options, debug), *given_up_);
  }

 private:
  IOStatus Wrapped(IOStatus status, std::unique_ptr<rocksdb::FSWritableFile>* file) const {
    if (status.ok()) *file = std::make_unique<File>(std::move(*file), given_up_);
    return Transient(std::move(status), *given_up_);
  }

  const GivenUp given_up_;
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> WithTransientErrors(
    const std::shared_ptr<rocksdb::FileSystem>& target,
    std::shared_ptr<const std::atomic<bool>> given_up) {
  return std::make_shared<TransientErrors>(target, std::move(given_up));
}

}  // namespace diotima
