// Follows how RocksDB recovers from a failed write or flush.
#pragma once

#include <diotima/status.h>
#include <rocksdb/listener.h>

#include <atomic>
#include <chrono>
#include <mutex>

namespace diotima {

// RocksDB 7.8 lets writes in when a recovery has succeeded, and shortly after declares once more
// that there is no error: one that came in between is forgotten, and the next record that is
// appended to the log that failed ends the process. So writes wait for the second declaration.
// Thread-safe.
class Recovery : public rocksdb::EventListener {
 public:
  // Returns the error from which RocksDB recovers; OK when there is none.
  rocksdb::Status Error();
  // Returns whether the column family that is to have something to flush may have nothing.
  bool needs_repair() const { return needs_repair_; }
  void SetNeedsRepair(bool needs) { needs_repair_ = needs; }

  void OnMemTableSealed(const rocksdb::MemTableInfo& sealed) override;
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;
  void OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& recovery) override;

 private:
  std::atomic<bool> needs_repair_ = false;
  std::mutex mutex_;
  rocksdb::Status error_;
  int declared_ = 0;  // how often RocksDB has said since that there is no error
  std::chrono::steady_clock::time_point last_declared_;
};

}  // namespace diotima
