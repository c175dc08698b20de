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
IOStatus Transient(IOStatus status) {
  if (status.ok()) return status;
  if (status.IsNoSpace()) {
    status = rocksdb::status_to_io_status(rocksdb::Status::SpaceLimit(status.ToString()));
  }
  status.SetRetryable(true);
  return status;
}

// Makes a change, or seems to.
template <typename Change>
IOStatus Do(const GivenUp& given_up, const Change& change) {
  return *given_up ? IOStatus::OK() : Transient(change());
}

class File : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  File(std::unique_ptr<rocksdb::FSWritableFile> target, GivenUp given_up)
      : FSWritableFileOwnerWrapper(std::move(target)), given_up_(std::move(given_up)) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    return Do(given_up_, [&] { return target()->Append(data, options, debug); });
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    return Do(given_up_, [&] { return target()->Append(data, options, verification, debug); });
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus closed = target()->Close(options, debug);
    return Do(given_up_, [&] { return closed; });
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* debug) override {
    return Do(given_up_, [&] { return target()->Flush(options, debug); });
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return Do(given_up_, [&] { return target()->Sync(options, debug); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Do(given_up_, [&] { return target()->Fsync(options, debug); });
  }
  IOStatus RangeSync(uint64_t offset, uint64_t size, const IOOptions& options,
                     IODebugContext* debug) override {
    return Do(given_up_, [&] { return target()->RangeSync(offset, size, options, debug); });
  }

 private:
  const GivenUp given_up_;
};

// A file that seems to be written.
class NoFile : public rocksdb::FSWritableFile {
 public:
  using FSWritableFile::Append;
  IOStatus Append(const rocksdb::Slice& data, const IOOptions&, IODebugContext*) override {
    size_ += data.size();
    return IOStatus::OK();
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return size_; }

 private:
  uint64_t size_ = 0;
};

class Directory : public rocksdb::FSDirectoryWrapper {
 public:
  Directory(std::unique_ptr<rocksdb::FSDirectory> target, GivenUp given_up)
      : FSDirectoryWrapper(std::move(target)), given_up_(std::move(given_up)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Do(given_up_, [&] { return FSDirectoryWrapper::Fsync(options, debug); });
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& directory) override {
    return Do(given_up_,
              [&] { return FSDirectoryWrapper::FsyncWithDirOptions(options, debug, directory); });
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
    return Wrapped(file, [&] { return target()->NewWritableFile(path, options, file, debug); });
  }
  IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* file,
                              IODebugContext* debug) override {
    return Wrapped(file, [&] { return target()->ReopenWritableFile(path, options, file, debug); });
  }
  IOStatus ReuseWritableFile(const std::string& path, const std::string& old,
                             const rocksdb::FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* file,
                             IODebugContext* debug) override {
    return Wrapped(file,
                   [&] { return target()->ReuseWritableFile(path, old, options, file, debug); });
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* directory,
                        IODebugContext* debug) override {
    const IOStatus status = target()->NewDirectory(path, options, directory, debug);
    if (status.ok()) *directory = std::make_unique<Directory>(std::move(*directory), given_up_);
    return Transient(status);
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    return Do(given_up_, [&] { return target()->RenameFile(from, to, options, debug); });
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions& options,
                      IODebugContext* debug) override {
    return *given_up_ ? IOStatus::OK() : target()->DeleteFile(path, options, debug);
  }

 private:
  template <typename Open>
  IOStatus Wrapped(std::unique_ptr<rocksdb::FSWritableFile>* file, const Open& open) const {
    if (*given_up_) {
      *file = std::make_unique<NoFile>();
      return IOStatus::OK();
    }
    const IOStatus status = open();
    if (status.ok()) *file = std::make_unique<File>(std::move(*file), given_up_);
    return Transient(status);
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
