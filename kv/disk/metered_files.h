// A file system that counts the bytes written to it, and can be stopped.
#pragma once

#include <diotima/options.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <functional>
#include <memory>

namespace diotima {

// Thread-safe.
class MeteredFiles : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override { return "diotima.MeteredFiles"; }

  // Returns the bytes written so far.
  uint64_t bytes() const { return bytes_; }
  // Makes every write fail from now on.
  void Stop() { stopped_ = true; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;

 private:
  class File;
  rocksdb::IOStatus Count(size_t bytes);

  std::atomic<uint64_t> bytes_ = 0;
  std::atomic<bool> stopped_ = false;
};

// Private files on the system's file system, whose writes are counted, for one copy.
class CopyFiles {
 public:
  CopyFiles();

  rocksdb::Env* env() { return env_.get(); }
  uint64_t bytes() const { return files_->bytes(); }
  // Runs `copy`, which writes about `total` bytes here, in a thread of its own, and calls
  // `progress` meanwhile. An error of `progress` ends the copy.
  Status Run(const ProgressCallback& progress, uint64_t total, const std::function<Status()>& copy);

 private:
  const std::shared_ptr<MeteredFiles> files_;
  const std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace diotima
