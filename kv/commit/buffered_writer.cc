#include <diotima/buffered_writer.h>
#include <diotima/status_macros.h>
#include <spdlog/spdlog.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "kv/commit/committer.h"
#include "kv/commit/parallel_encoder.h"
#include "kv/commit/write_set.h"
#include "kv/disk/fork_guard.h"

namespace diotima {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

// What is written in one commit.
struct BufferedWriter::Buffer {
  explicit Buffer(const StoreCore* core) : set(core, WriteSet::Buffering::kInMemory) {}

  WriteSet set;
  Clock::time_point first;                             // when its oldest row was put
  uint64_t bytes = 0;                                  // of the rows, as the queue counts them
  std::vector<std::pair<std::string, uint64_t>> rows;  // by feature, for the callback

  void Count(std::string_view feature, uint64_t count) {
    for (auto& [name, sum] : rows) {
      if (name == feature) {
        sum += count;
        return;
      }
    }
    rows.emplace_back(feature, count);
  }
};

class BufferedWriter::Impl {
 public:
  Impl(std::shared_ptr<const StoreCore> core, BufferedWriterOptions options)
      : core_(std::move(core)),
        options_(std::move(options)),
        encoder_(core_.get(), {options_.materialization_id, options_.preserve_feature_version}),
        filling_(std::make_unique<Buffer>(core_.get())) {
    thread_ = std::thread([this] { Work(); });
  }
  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      abandoned_ = true;
    }
    work_.notify_all();
    thread_.join();
  }

  // Rows or one row.
  template <typename Rows>
  Status Put(std::string_view feature, const Rows& rows) {
    return encoder_.Encode(feature, rows,
                           [&](const EncodedRows& encoded) { return Queue(feature, encoded); });
  }
  Status Flush(std::optional<std::chrono::milliseconds> timeout);
  Status Stop();
  // What the last Stop returned; nothing before the first.
  std::optional<diotima::Status> stopped() const;
  BufferedWriterStatus status() const;

 private:
  Status Queue(std::string_view feature, const EncodedRows& rows);
  Status WaitForRoom(std::unique_lock<std::mutex>* lock, size_t bytes);
  // All below require the lock, or run in the background thread.
  bool Full() const;
  bool MustSync() const { return flush_upto_ > durable_rows_ && flush_upto_ <= written_rows_; }
  void WaitForWork(std::unique_lock<std::mutex>* lock);
  void Work();
  void WriteBuffer(std::unique_lock<std::mutex>* lock);
  // Runs `write` without the lock until it succeeds. False when the writer is abandoned before.
  template <typename Write>
  bool Retry(std::unique_lock<std::mutex>* lock, const Write& write);
  void Fail(std::unique_lock<std::mutex>* lock, const diotima::Status& error, uint64_t attempts);

  const std::shared_ptr<const StoreCore> core_;
  const BufferedWriterOptions options_;
  ParallelEncoder encoder_;

  mutable std::mutex mutex_;
  std::condition_variable work_;     // for the background thread
  std::condition_variable written_;  // rows were written: there is room, and a flush may be over
  // Commits are bounded, so that one that has fallen behind does not grow ever larger ones.
  std::unique_ptr<Buffer> filling_;
  std::deque<std::unique_ptr<Buffer>> full_;  // in order
  std::unique_ptr<Buffer> writing_;
  uint64_t put_rows_ = 0;
  uint64_t written_rows_ = 0;
  uint64_t durable_rows_ = 0;
  uint64_t queued_bytes_ = 0;
  uint64_t flush_upto_ = 0;  // rows that a Flush waits for
  bool stopped_ = false;     // no more rows
  std::optional<diotima::Status> stop_;
  bool abandoned_ = false;  // the thread is to end, whatever is queued
  uint64_t commits_ = 0;
  uint64_t failed_attempts_ = 0;
  diotima::Status last_error_;
  bool failing_ = false;

  std::thread thread_;
};

Status BufferedWriter::Impl::WaitForRoom(std::unique_lock<std::mutex>* lock, size_t bytes) {
  using WhenFull = BufferedWriterOptions::WhenFull;
  const auto room = [&] {
    return stopped_ || queued_bytes_ == 0 || queued_bytes_ + bytes <= options_.queue_bytes;
  };
  if (room()) return Status::Ok();
  if (options_.when_full == WhenFull::kBlock) {
    written_.wait(*lock, room);
  } else if (options_.when_full == WhenFull::kBusy ||
             !written_.wait_for(*lock, options_.put_timeout, room)) {
    const std::string why = failing_ ? "; writes fail: " + last_error_.message() : "";
    const std::string full = "the queue of the buffered writer is full with " +
                             std::to_string(put_rows_ - written_rows_) +
                             " rows: put again later, or raise queue_bytes" + why;
    return options_.when_full == WhenFull::kBusy ? Status::Busy(full) : Status::TimedOut(full);
  }
  return Status::Ok();
}

Status BufferedWriter::Impl::Queue(std::string_view feature, const EncodedRows& rows) {
  std::unique_lock lock(mutex_);
  DIOTIMA_TRY(WaitForRoom(&lock, rows.bytes()));
  if (stopped_) return Status::Closed("the buffered writer was stopped: create another one");
  if (rows.size() == 0) return Status::Ok();
  Buffer& buffer = *filling_;
  if (buffer.set.rows() == 0) {
    buffer.first = Clock::now();
    work_.notify_one();  // it has a time to wait for
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    const EncodedRow row = rows[i];
    DIOTIMA_TRY(
        buffer.set.Put(row.version, row.sample, row.time, row.value, JournalAction::kWrite));
  }
  buffer.Count(feature, rows.size());
  buffer.bytes += rows.bytes();
  put_rows_ += rows.size();
  queued_bytes_ += rows.bytes();
  if (Full()) {
    full_.push_back(std::exchange(filling_, std::make_unique<Buffer>(core_.get())));
    work_.notify_one();
  }
  return Status::Ok();
}

bool BufferedWriter::Impl::Full() const {
  const WriteSet& set = filling_->set;
  return set.rows() >= options_.max_rows || set.bytes() >= options_.max_bytes;
}

void BufferedWriter::Impl::WaitForWork(std::unique_lock<std::mutex>* lock) {
  while (!abandoned_) {
    if (MustSync() || !full_.empty()) return;
    if (filling_->set.rows() == 0) {
      work_.wait(*lock);
      continue;
    }
    const auto due = filling_->first + options_.max_age;
    if (flush_upto_ > written_rows_ || Clock::now() >= due) return;
    work_.wait_until(*lock, due);
  }
}

void BufferedWriter::Impl::Work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    WaitForWork(&lock);
    if (abandoned_) return;
    if (!MustSync()) {
      WriteBuffer(&lock);
    } else if (Retry(&lock, [&] { return core_->engine->SyncLog(); })) {
      durable_rows_ = written_rows_;
    }
    written_.notify_all();
  }
}

void BufferedWriter::Impl::WriteBuffer(std::unique_lock<std::mutex>* lock) {
  if (full_.empty())
    full_.push_back(std::exchange(filling_, std::make_unique<Buffer>(core_.get())));
  writing_ = std::move(full_.front());
  full_.pop_front();
  WriteResult result;
  result.rows = writing_->set.rows();
  const uint64_t upto = written_rows_ + result.rows;
  // The last commit of a flush syncs those before it, too.
  const bool sync = options_.sync || (flush_upto_ > durable_rows_ && flush_upto_ <= upto);
  const bool done = Retry(lock, [&]() -> Status {
    DIOTIMA_ASSIGN(const int64_t time, core_->committer->Commit(&writing_->set, nullptr, sync));
    result.commit_time = FromMicros(time);
    return Status::Ok();
  });
  if (!done) return;
  written_rows_ = upto;
  if (sync) durable_rows_ = upto;
  ++commits_;
  queued_bytes_ -= writing_->bytes;
  result.features = std::move(writing_->rows);
  const auto written = std::move(writing_);
  lock->unlock();
  written_.notify_all();
  if (options_.on_commit) options_.on_commit(result);
  lock->lock();
}

template <typename Write>
bool BufferedWriter::Impl::Retry(std::unique_lock<std::mutex>* lock, const Write& write) {
  auto backoff = options_.min_backoff;
  for (uint64_t attempts = 1;; ++attempts) {
    lock->unlock();
    const diotima::Status status = write();
    lock->lock();
    failing_ = !status.ok();
    if (status.ok()) return true;
    Fail(lock, status, attempts);
    work_.wait_for(*lock, backoff, [&] { return abandoned_; });
    if (abandoned_) return false;
    backoff = std::min(2 * backoff, options_.max_backoff);
  }
}

void BufferedWriter::Impl::Fail(std::unique_lock<std::mutex>* lock, const diotima::Status& error,
                                uint64_t attempts) {
  ++failed_attempts_;
  last_error_ = error;
  written_.notify_all();
  if (!options_.on_error) return;
  lock->unlock();
  options_.on_error(error, attempts);
  lock->lock();
}

Status BufferedWriter::Impl::Flush(std::optional<std::chrono::milliseconds> timeout) {
  std::unique_lock lock(mutex_);
  const uint64_t upto = put_rows_;
  flush_upto_ = std::max(flush_upto_, upto);
  work_.notify_one();
  const auto durable = [&] { return durable_rows_ >= upto; };
  if (!timeout) {
    written_.wait(lock, durable);
  } else if (!written_.wait_for(lock, *timeout, durable)) {
    return Status::TimedOut(std::to_string(upto - durable_rows_) +
                            " rows are not on the disk after " + std::to_string(timeout->count()) +
                            " ms" + (failing_ ? ": " + last_error_.message() : ""));
  }
  return Status::Ok();
}

Status BufferedWriter::Impl::Stop() {
  std::unique_lock lock(mutex_);
  stopped_ = true;
  written_.notify_all();  // those that wait for room
  const uint64_t upto = put_rows_;
  flush_upto_ = std::max(flush_upto_, upto);
  work_.notify_one();
  // The time counts while writes fail, not while there is much to write.
  auto deadline = Clock::now() + options_.stop_timeout;
  while (durable_rows_ < upto) {
    const uint64_t before = durable_rows_ + written_rows_;
    if (written_.wait_until(lock, deadline) == std::cv_status::no_timeout) {
      if (durable_rows_ + written_rows_ > before || !failing_) {
        deadline = Clock::now() + options_.stop_timeout;
      }
    } else if (failing_) {
      stop_ = Status::IoError(std::to_string(upto - durable_rows_) +
                              " rows are not written: " + last_error_.message());
      return *stop_;
    } else {
      deadline = Clock::now() + options_.stop_timeout;
    }
  }
  stop_ = Status::Ok();
  return *stop_;
}

std::optional<diotima::Status> BufferedWriter::Impl::stopped() const {
  const std::lock_guard lock(mutex_);
  return stop_;
}

BufferedWriterStatus BufferedWriter::Impl::status() const {
  const std::lock_guard lock(mutex_);
  BufferedWriterStatus out;
  out.queued_rows = put_rows_ - written_rows_;
  out.queued_bytes = queued_bytes_;
  out.written_rows = written_rows_;
  out.durable_rows = durable_rows_;
  out.commits = commits_;
  out.failed_attempts = failed_attempts_;
  out.last_error = last_error_;
  out.failing = failing_;
  if (out.queued_rows > 0) {
    const Buffer& oldest = writing_ ? *writing_ : full_.empty() ? *filling_ : *full_.front();
    const auto first = oldest.first;
    out.oldest_age = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - first);
  }
  return out;
}

BufferedWriter::BufferedWriter(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)), process_(ProcessNumber()) {}

Result<std::unique_ptr<BufferedWriter>> BufferedWriter::Create(Store* store,
                                                               BufferedWriterOptions options) {
  const auto& core = StoreAccess::Core(*store);
  DIOTIMA_TRY(core->CheckWritable());
  if (options.max_rows == 0 || options.max_bytes == 0 || options.queue_bytes == 0) {
    return Status::InvalidArgument(
        "max_rows, max_bytes and queue_bytes of a buffered writer cannot be 0");
  }
  return std::unique_ptr<BufferedWriter>(
      new BufferedWriter(std::make_unique<Impl>(core, std::move(options))));
}

BufferedWriter::~BufferedWriter() {
  if (!CheckProcess().ok()) {
    // Its thread and locks are those of another process.
    (void)impl_.release();
    return;
  }
  // One that could not be stopped in time is not waited for again.
  const auto stopped = impl_->stopped();
  const diotima::Status status = !stopped || stopped->ok() ? impl_->Stop() : *stopped;
  if (!status.ok()) spdlog::error("buffered writer: {}", status.ToString());
}

Status BufferedWriter::CheckProcess() const {
  if (ProcessNumber() == process_) return Status::Ok();
  return Status::Closed(
      "this buffered writer belongs to the process that forked this one: "
      "open the store and create another one here");
}

Status BufferedWriter::Put(std::string_view feature, const RowBatch& rows) {
  DIOTIMA_TRY(CheckProcess());
  return impl_->Put(feature, rows);
}

Status BufferedWriter::Put(std::string_view feature, const Row& row) {
  DIOTIMA_TRY(CheckProcess());
  return impl_->Put(feature, row);
}

Status BufferedWriter::Flush(std::optional<std::chrono::milliseconds> timeout) {
  DIOTIMA_TRY(CheckProcess());
  return impl_->Flush(timeout);
}

Status BufferedWriter::Stop() {
  DIOTIMA_TRY(CheckProcess());
  return impl_->Stop();
}

BufferedWriterStatus BufferedWriter::status() const {
  if (const Status forked = CheckProcess(); !forked.ok()) {
    BufferedWriterStatus out;
    out.last_error = forked;
    return out;
  }
  return impl_->status();
}

}  // namespace diotima
