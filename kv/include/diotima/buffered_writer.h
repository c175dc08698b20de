// Writes rows from many threads in the background.
#pragma once

#include <diotima/export.h>
#include <diotima/store.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace diotima {

struct BufferedWriterOptions {
  // A commit begins when this many rows or bytes (of keys and encoded rows) are queued, or when the
  // oldest row has waited this long.
  size_t max_rows = 10'000;
  size_t max_bytes = size_t{4} << 20;
  std::chrono::milliseconds max_age{1000};

  // Bytes that may be queued. A batch larger than this is taken when nothing else is queued.
  size_t queue_bytes = size_t{64} << 20;
  // What Put does when there is no room: waits; returns kBusy at once; or waits for `put_timeout`,
  // then returns kTimedOut.
  enum class WhenFull : uint8_t { kBlock, kBusy, kTimeout };
  WhenFull when_full = WhenFull::kBlock;
  std::chrono::milliseconds put_timeout{1000};

  // Whether every commit reaches the disk before the next one begins. Otherwise only Flush makes
  // rows durable.
  bool sync = false;
  // A failed write is tried again after `min_backoff`, then after twice as long each time.
  std::chrono::milliseconds min_backoff{10};
  std::chrono::milliseconds max_backoff{5000};
  // How long Stop and the destructor keep trying when writes fail.
  std::chrono::milliseconds stop_timeout{30'000};

  // As in WriteOptions.
  std::optional<std::string> materialization_id = {};
  bool preserve_feature_version = false;

  // The background thread calls these, one at a time: on_commit after each commit, on_error after
  // each failed attempt with the number of attempts. They must not throw, nor wait for the writer
  // (Flush, Stop, a Put that blocks).
  std::function<void(const WriteResult& commit)> on_commit = {};
  std::function<void(const Status& error, uint64_t attempts)> on_error = {};
};

struct BufferedWriterStatus {
  uint64_t queued_rows = 0;  // put, not committed yet
  uint64_t queued_bytes = 0;
  uint64_t written_rows = 0;  // committed
  uint64_t durable_rows = 0;  // committed, and on the disk
  uint64_t commits = 0;
  uint64_t failed_attempts = 0;
  // The error of the last attempt that failed; OK if none did.
  Status last_error;
  bool failing = false;  // the last attempt failed: it is being tried again
  // How long the oldest queued row has waited; zero when there is none.
  std::chrono::microseconds oldest_age{0};
};

// Takes rows of any features, and commits them in the background. Each commit takes all queued rows
// in the order in which they were put, so rows of one sample stay in order. A failed commit is
// tried again until it succeeds: no row is dropped, written twice, or overtaken by another.
//
// All methods are thread-safe. The store stays open as long as the writer. In a child after fork()
// there is no background thread: all methods return kClosed there, and the destructor does nothing.
//
//   auto writer = *diotima::BufferedWriter::Create(store.get());
//   writer->Put("video/crop", rows);  // any thread
//   writer->Flush();                  // durable from here on
class DIOTIMA_EXPORT BufferedWriter {
 public:
  // Returns kReadOnly for a store that is open for reading, kInvalidArgument for limits of zero.
  static Result<std::unique_ptr<BufferedWriter>> Create(Store* store,
                                                        BufferedWriterOptions options = {});
  // Calls Stop() unless it already failed. Logs and drops rows that could not be written.
  ~BufferedWriter();

  // Checks and encodes the rows in this thread, and queues them. The batch may be reused on return.
  // On an error none of its rows is queued: kSchemaMismatch and kInvalidArgument as from
  // Store::Write, kNotFound for an unknown feature, kBusy or kTimedOut when the queue is full (see
  // WhenFull), kClosed after Stop. The first rows of a feature, and rows with new columns, write to
  // the catalog at once; kIoError if that fails.
  Status Put(std::string_view feature, const RowBatch& rows);
  // Puts one row of any schema, such as a step of a cursor.
  Status Put(std::string_view feature, const Row& row);

  // Waits until all rows that were put before are committed and on the disk. Returns kTimedOut when
  // that takes longer than `timeout` (not given: forever); the rows stay queued.
  Status Flush(std::optional<std::chrono::milliseconds> timeout = std::nullopt);

  // Takes no more rows, and flushes those that are queued. When writes fail for longer than
  // stop_timeout, returns kIoError with the number of rows that are not written; call it again to
  // go on.
  Status Stop();

  BufferedWriterStatus status() const;

 private:
  class Impl;
  struct Buffer;
  explicit BufferedWriter(std::unique_ptr<Impl> impl);
  Status CheckProcess() const;

  std::unique_ptr<Impl> impl_;
  const uint64_t process_;
};

}  // namespace diotima
