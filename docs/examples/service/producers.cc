#include "producers.h"

#include <diotima/status_macros.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <iostream>
#include <mutex>

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::string_view kFeature = "sensor/reading";

void MakeReading(const std::string& sensor, int64_t number, diotima::RowBatch* row) {
  const double value = 20 + 5 * std::sin(static_cast<double>(number) / 100);
  const auto now = std::chrono::system_clock::now();
  row->Clear();
  row->AddRow();
  row->Set("sensor", sensor);
  row->Set("number", number);
  row->Set("value", value);
  row->Set("taken_at", std::chrono::time_point_cast<diotima::Duration>(now));
  // What tells this value from another: what is computed from it is stale when this changes.
  row->SetMap(diotima::kProvenanceByField, {{"value", std::to_string(value)}});
}

// Past the buffers of the C++ library: what is written outlives the process.
diotima::Status WriteToStdout(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return diotima::Status::IoError(std::string("stdout: ") + strerror(errno));
    text.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

}  // namespace

diotima::Result<std::map<std::string, int64_t>> CountReadings(diotima::Store& store) {
  std::map<std::string, int64_t> readings;
  auto cursor = store.Read(kFeature, {.columns = {"sensor"}});
  if (cursor.status().code() == diotima::StatusCode::kNotFound) return readings;
  if (!cursor.ok()) return cursor.status();
  // Rows of one thread are committed in their order, so there is no gap, whatever has happened.
  for (const diotima::Row& row : *cursor) {
    DIOTIMA_ASSIGN(const auto sensor, row.Get<std::string>("sensor"));
    ++readings[sensor];
  }
  DIOTIMA_TRY(cursor->status());
  return readings;
}

Producers::Producers(diotima::BufferedWriter* writer, prometheus::Histogram* put_seconds,
                     const ProducerOptions& options, const std::map<std::string, int64_t>& readings)
    : writer_(writer), put_seconds_(put_seconds), options_(options), running_(options.threads) {
  for (int i = 0; i < options.threads; ++i) {
    Producer& producer = producers_.emplace_back();
    producer.sensor = "s" + std::to_string(i);
    const auto found = readings.find(producer.sensor);
    if (found != readings.end()) producer.first = found->second;
    producer.next = producer.acknowledged = producer.first;
  }
  for (Producer& producer : producers_) {
    threads_.emplace_back([this, &producer] { Produce(&producer); });
  }
  threads_.emplace_back([this] { FlushNowAndThen(); });
}

Producers::~Producers() {
  RequestStop();
  Join();
}

bool Producers::Join() {
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  return !failed_;
}

int64_t Producers::rows() const {
  int64_t rows = 0;
  for (const Producer& producer : producers_) rows += producer.next - producer.first;
  return rows;
}

void Producers::Produce(Producer* producer) {
  const int64_t end = options_.rows > 0 ? producer->first + options_.rows : INT64_MAX;
  const std::chrono::duration<double> interval(options_.rate > 0 ? 1 / options_.rate : 0);
  const auto began = Clock::now();
  diotima::RowBatch row;
  for (int64_t n = producer->first; n < end && !stop_.stop_requested(); ++n) {
    MakeReading(producer->sensor, n, &row);
    if (const auto status = Put(row); !status.ok()) {
      // The writer takes no rows once it is stopped.
      if (!stop_.stop_requested()) Fail(status);
      break;
    }
    producer->next = n + 1;
    std::this_thread::sleep_until(began + (n + 1 - producer->first) * interval);
  }
  if (--running_ == 0) kill(getpid(), SIGTERM);
}

diotima::Status Producers::Put(const diotima::RowBatch& row) {
  for (;;) {
    const auto began = Clock::now();
    diotima::Status status = writer_->Put(kFeature, row);
    put_seconds_->Observe(std::chrono::duration<double>(Clock::now() - began).count());
    // kBusy as long as the queue is full; kIoError from the first row of a feature, which writes
    // to the catalog. Both may pass.
    const bool passing = status.code() == diotima::StatusCode::kBusy ||
                         status.code() == diotima::StatusCode::kIoError;
    if (!passing || stop_.stop_requested()) return status;
    std::this_thread::sleep_for(milliseconds(100));
  }
}

void Producers::FlushNowAndThen() {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  const auto never = [] { return false; };
  while (!stop_.stop_requested()) {
    stopped.wait_for(lock, stop_.get_token(), options_.flush_every, never);
    const diotima::Status status = FlushAndAcknowledge();
    // kTimedOut when writes fail, which the writer's status tells; the rows stay queued.
    if (!status.ok() && status.code() != diotima::StatusCode::kTimedOut) return Fail(status);
  }
}

diotima::Status Producers::FlushAndAcknowledge() {
  std::vector<int64_t> put;
  for (const Producer& producer : producers_) put.push_back(producer.next);
  if (auto status = writer_->Flush(milliseconds(1000)); !status.ok()) return status;
  std::string lines;
  for (size_t i = 0; i < put.size(); ++i) {
    Producer& producer = producers_[i];
    if (put[i] == producer.acknowledged) continue;
    producer.acknowledged = put[i];
    lines += "durable " + producer.sensor + " " + std::to_string(put[i]) + "\n";
  }
  return WriteToStdout(lines);
}

void Producers::Fail(const diotima::Status& status) {
  std::cerr << status.ToString() << "\n";
  failed_ = true;
  kill(getpid(), SIGTERM);
}
