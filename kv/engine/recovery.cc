#include "kv/engine/recovery.h"

#include <rocksdb/db.h>

namespace diotima {
namespace {

constexpr int kDeclarations = 2;
// A recovery that was overtaken by another error declares its success once only.
constexpr std::chrono::seconds kLongest{1};

}  // namespace

rocksdb::Status Recovery::Error() {
  const std::lock_guard lock(mutex_);
  if (declared_ >= kDeclarations ||
      (declared_ > 0 && std::chrono::steady_clock::now() - last_declared_ > kLongest)) {
    error_ = rocksdb::Status::OK();
  }
  return error_;
}

// Before any write that comes after it.
void Recovery::OnMemTableSealed(const rocksdb::MemTableInfo& sealed) {
  if (sealed.cf_name == rocksdb::kDefaultColumnFamilyName) needs_repair_ = true;
}

void Recovery::OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) {
  // A compaction is only tried again.
  if (reason == rocksdb::BackgroundErrorReason::kCompaction) return;
  const std::lock_guard lock(mutex_);
  error_ = *error;
  declared_ = 0;
}

void Recovery::OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& recovery) {
  needs_repair_ = true;
  if (!recovery.new_bg_error.ok()) return;
  const std::lock_guard lock(mutex_);
  ++declared_;
  last_declared_ = std::chrono::steady_clock::now();
}

}  // namespace diotima
