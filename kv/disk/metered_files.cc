#include "kv/disk/metered_files.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>

#include "kv/disk/private_files.h"

namespace diotima {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

class MeteredFiles::File : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  File(MeteredFiles* files, std::unique_ptr<rocksdb::FSWritableFile> target)
      : FSWritableFileOwnerWrapper(std::move(target)), files_(files) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    const IOStatus status = files_->Count(data.size());
    return status.ok() ? target()->Append(data, options, debug) : status;
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    const IOStatus status = files_->Count(data.size());
    return status.ok() ? target()->Append(data, options, verification, debug) : status;
  }

 private:
  MeteredFiles* const files_;
};

IOStatus MeteredFiles::Count(size_t bytes) {
  if (stopped_) return IOStatus::Aborted("stopped");
  bytes_ += bytes;
  return IOStatus::OK();
}

IOStatus MeteredFiles::NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       IODebugContext* debug) {
  IOStatus status = target()->NewWritableFile(path, options, file, debug);
  if (status.ok()) *file = std::make_unique<File>(this, std::move(*file));
  return status;
}

CopyFiles::CopyFiles()
    : files_(std::make_shared<MeteredFiles>(WithPrivateFiles(rocksdb::FileSystem::Default()))),
      env_(rocksdb::NewCompositeEnv(files_)) {}

Status CopyFiles::Run(const ProgressCallback& progress, uint64_t total,
                      const std::function<Status()>& copy) {
  constexpr auto kLook = std::chrono::milliseconds(50);
  if (!progress) return copy();
  auto copied = std::async(std::launch::async, copy);
  Status wish;
  while (copied.wait_for(kLook) != std::future_status::ready) {
    if (wish.ok()) wish = progress(std::min(bytes(), total), total);
    if (!wish.ok()) files_->Stop();
  }
  const Status status = copied.get();
  return status.ok() || wish.ok() ? status : wish;
}

}  // namespace diotima
