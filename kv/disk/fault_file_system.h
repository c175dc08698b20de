// For tests: a file system whose writes fail at random, and that can lose what was not synced.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>

namespace diotima {

// Thread-safe.
class FaultFileSystem : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultFileSystem(unsigned seed)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), random_(seed) {}

  const char* Name() const override { return "FaultFileSystem"; }

  // Sets how many of a thousand writes and syncs fail from now on.
  void SetFaults(int in_thousand) { in_thousand_ = in_thousand; }
  // Makes faults those of a full disk. Call it before any fault.
  void FillTheDisk() { full_ = true; }
  // Limits faults to files whose names end so. Call it before any fault.
  void OnlyFilesFail(std::string suffix) { suffix_ = std::move(suffix); }

  // Cuts the power: nothing is written any more, and every file loses what was not synced. The
  // process must end then.
  void Cut() {
    const std::lock_guard lock(mutex_);
    cut_ = true;
    for (const auto& [path, synced] : synced_) {
      std::error_code error;
      if (std::filesystem::file_size(path, error) > synced && !error) {
        std::filesystem::resize_file(path, synced);
      }
    }
  }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSWritableFile> inner;
    auto status = Fault();
    if (status.ok()) status = target()->NewWritableFile(path, options, &inner, debug);
    if (status.ok()) {
      Synced(path, 0).PermitUncheckedError();
      *file = std::make_unique<File>(this, path, std::move(inner));
    }
    return status;
  }
  rocksdb::IOStatus ReuseWritableFile(const std::string& path, const std::string& old,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* debug) override {
    (void)old;
    return NewWritableFile(path, options, file, debug);
  }
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    auto status = Fault();
    if (status.ok()) status = target()->RenameFile(from, to, options, debug);
    if (status.ok()) Moved(from, to);
    return status;
  }
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
    auto status = Fault();
    if (status.ok()) status = target()->LinkFile(from, to, options, debug);
    if (status.ok()) Moved(from, to);
    return status;
  }
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (cut_) return Fault();
    const std::lock_guard lock(mutex_);
    synced_.erase(path);
    return target()->DeleteFile(path, options, debug);
  }

 private:
  class File : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(FaultFileSystem* fs, std::string path, std::unique_ptr<rocksdb::FSWritableFile> inner)
        : FSWritableFileOwnerWrapper(std::move(inner)), fs_(fs), path_(std::move(path)) {}

    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo&,
                             rocksdb::IODebugContext* debug) override {
      return Append(data, options, debug);
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
      if (auto fault = fs_->Fault(path_); !fault.ok()) {
        if (fs_->cut_) return fault;
        // Torn.
        const rocksdb::Slice half(data.data(), data.size() / 2);
        target()->Append(half, options, debug).PermitUncheckedError();
        size_ += half.size();
        return fault;
      }
      size_ += data.size();
      return target()->Append(data, options, debug);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
      auto status = fs_->Fault(path_);
      const uint64_t size = size_;
      if (status.ok()) status = target()->Sync(options, debug);
      if (status.ok()) status = fs_->Synced(path_, size);
      return status;
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* debug) override {
      return Sync(options, debug);
    }

   private:
    FaultFileSystem* const fs_;
    const std::string path_;
    std::atomic<uint64_t> size_ = 0;
  };

  rocksdb::IOStatus Fault(const std::string& path = {}) {
    if (cut_) return rocksdb::IOStatus::IOError("power cut");
    const int in_thousand = in_thousand_;
    if (in_thousand == 0 || !path.ends_with(suffix_)) {
      return rocksdb::IOStatus::OK();
    }
    const std::lock_guard lock(mutex_);
    if (static_cast<int>(random_() % 1000) >= in_thousand) return rocksdb::IOStatus::OK();
    return full_ ? rocksdb::IOStatus::NoSpace("the disk is full")
                 : rocksdb::IOStatus::IOError("injected");
  }
  rocksdb::IOStatus Synced(const std::string& path, uint64_t size) {
    const std::lock_guard lock(mutex_);
    if (cut_) return rocksdb::IOStatus::IOError("power cut");
    synced_[path] = size;
    return rocksdb::IOStatus::OK();
  }
  void Moved(const std::string& from, const std::string& to) {
    const std::lock_guard lock(mutex_);
    if (const auto it = synced_.find(from); it != synced_.end()) synced_[to] = it->second;
  }

  std::atomic<bool> cut_ = false;
  std::atomic<int> in_thousand_ = 0;
  bool full_ = false;
  std::string suffix_;
  std::mutex mutex_;
  std::mt19937 random_;
  std::map<std::string, uint64_t> synced_;
};

}  // namespace diotima
