#include "kv/disk/transient_errors.h"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

namespace diotima {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

using State = std::shared_ptr<DiskState>;

// RocksDB's own treatment of a full disk does not let files be ingested afterwards (7.8:
// ErrorHandler::ClearBGError). So a full disk becomes another kind of error, which FromRocks knows.
IOStatus Transient(const State& state, IOStatus status) {
  if (status.ok()) return status;
  state->WaitForTurn();
  if (status.IsNoSpace()) {
    status = rocksdb::status_to_io_status(rocksdb::Status::SpaceLimit(status.ToString()));
  }
  status.SetRetryable(true);
  return status;
}

// Makes a change, or seems to.
template <typename Change>
IOStatus Do(const State& state, const Change& change) {
  return state->given_up ? IOStatus::OK() : Transient(state, change());
}

class File : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  // `manifest`: whether it is a list of table files.
  File(std::unique_ptr<rocksdb::FSWritableFile> target, bool manifest, State state)
      : FSWritableFileOwnerWrapper(std::move(target)),
        manifest_(manifest),
        state_(std::move(state)) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    return DoAppend([&] { return target()->Append(data, options, debug); });
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    return DoAppend([&] { return target()->Append(data, options, verification, debug); });
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus closed = target()->Close(options, debug);
    return Do(state_, [&] { return closed; });
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* debug) override {
    return Do(state_, [&] { return target()->Flush(options, debug); });
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return Do(state_, [&] { return target()->Sync(options, debug); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Do(state_, [&] { return target()->Fsync(options, debug); });
  }
  IOStatus RangeSync(uint64_t offset, uint64_t size, const IOOptions& options,
                     IODebugContext* debug) override {
    return Do(state_, [&] { return target()->RangeSync(offset, size, options, debug); });
  }

 private:
  template <typename Change>
  IOStatus DoAppend(const Change& append) {
    if (manifest_ && state_->ingesting && state_->read_failed) {
      return Transient(state_,
                       IOStatus::IOError("a table file cannot be read that is to be added"));
    }
    return Do(state_, append);
  }

  const bool manifest_;
  const State state_;
};

// Notes reads that fail.
class ReadFile : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  ReadFile(std::unique_ptr<rocksdb::FSRandomAccessFile> target, State state)
      : FSRandomAccessFileOwnerWrapper(std::move(target)), state_(std::move(state)) {}

  IOStatus Read(uint64_t offset, size_t size, const IOOptions& options, rocksdb::Slice* result,
                char* scratch, IODebugContext* debug) const override {
    return Noted(target()->Read(offset, size, options, result, scratch, debug));
  }
  IOStatus MultiRead(rocksdb::FSReadRequest* requests, size_t count, const IOOptions& options,
                     IODebugContext* debug) override {
    const IOStatus status = Noted(target()->MultiRead(requests, count, options, debug));
    for (size_t i = 0; i < count; ++i) (void)Noted(requests[i].status);
    return status;
  }

 private:
  IOStatus Noted(IOStatus status) const {
    if (!status.ok()) state_->read_failed = true;
    return status;
  }

  const State state_;
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
  Directory(std::unique_ptr<rocksdb::FSDirectory> target, State state)
      : FSDirectoryWrapper(std::move(target)), state_(std::move(state)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Do(state_, [&] { return FSDirectoryWrapper::Fsync(options, debug); });
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& directory) override {
    return Do(state_,
              [&] { return FSDirectoryWrapper::FsyncWithDirOptions(options, debug, directory); });
  }

 private:
  const State state_;
};

class TransientErrors : public rocksdb::FileSystemWrapper {
 public:
  TransientErrors(const std::shared_ptr<rocksdb::FileSystem>& target, State state)
      : FileSystemWrapper(target), state_(std::move(state)) {}

  const char* Name() const override { return "diotima.TransientErrors"; }

  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override {
    return Wrapped(path, file,
                   [&] { return target()->NewWritableFile(path, options, file, debug); });
  }
  IOStatus NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                               IODebugContext* debug) override {
    const IOStatus status = target()->NewRandomAccessFile(path, options, file, debug);
    if (status.ok()) *file = std::make_unique<ReadFile>(std::move(*file), state_);
    return status;
  }
  IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* file,
                              IODebugContext* debug) override {
    return Wrapped(path, file,
                   [&] { return target()->ReopenWritableFile(path, options, file, debug); });
  }
  IOStatus ReuseWritableFile(const std::string& path, const std::string& old,
                             const rocksdb::FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* file,
                             IODebugContext* debug) override {
    return Wrapped(path, file,
                   [&] { return target()->ReuseWritableFile(path, old, options, file, debug); });
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* directory,
                        IODebugContext* debug) override {
    const IOStatus status = target()->NewDirectory(path, options, directory, debug);
    if (status.ok()) *directory = std::make_unique<Directory>(std::move(*directory), state_);
    return Transient(state_, status);
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    return Do(state_, [&] { return target()->RenameFile(from, to, options, debug); });
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions& options,
                      IODebugContext* debug) override {
    return state_->given_up ? IOStatus::OK() : target()->DeleteFile(path, options, debug);
  }

 private:
  template <typename Open>
  IOStatus Wrapped(const std::string& path, std::unique_ptr<rocksdb::FSWritableFile>* file,
                   const Open& open) const {
    if (state_->given_up) {
      *file = std::make_unique<NoFile>();
      return IOStatus::OK();
    }
    const IOStatus status = open();
    if (!status.ok()) return Transient(state_, status);
    const bool manifest = path.find("/MANIFEST-") != std::string::npos;
    *file = std::make_unique<File>(std::move(*file), manifest, state_);
    return IOStatus::OK();
  }

  const State state_;
};

}  // namespace

void DiskState::WaitForTurn() {
  constexpr std::chrono::milliseconds kTurn{20};
  std::unique_lock lock(mutex_);
  const auto turn = std::max(std::chrono::steady_clock::now(), next_turn_);
  next_turn_ = turn + kTurn;
  lock.unlock();
  std::this_thread::sleep_until(turn);
}

std::shared_ptr<rocksdb::FileSystem> WithTransientErrors(
    const std::shared_ptr<rocksdb::FileSystem>& target, std::shared_ptr<DiskState> state) {
  return std::make_shared<TransientErrors>(target, std::move(state));
}

}  // namespace diotima
