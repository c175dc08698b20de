// Threads that put rows, and one that makes them durable and acknowledges them.
#pragma once

#include <diotima/buffered_writer.h>
#include <prometheus/histogram.h>

#include <atomic>
#include <deque>
#include <map>
#include <thread>

struct ProducerOptions {
  int threads = 4;
  double rate = 1000;  // rows a second of each thread; 0: as many as it can
  int64_t rows = 0;    // that each thread puts before it ends; 0: without end
  std::chrono::milliseconds flush_every{200};
};

// How many readings the store has of each sensor.
diotima::Result<std::map<std::string, int64_t>> CountReadings(diotima::Store& store);

// Each thread makes the readings of one sensor, numbered from 0.
class Producers {
 public:
  // Goes on after the readings that there are. Ends by a SIGTERM to the process: when all threads
  // have put their rows, or when one has failed.
  Producers(diotima::BufferedWriter* writer, prometheus::Histogram* put_seconds,
            const ProducerOptions& options, const std::map<std::string, int64_t>& readings);
  ~Producers();

  // Asks the threads to end; those that wait in Put do when the writer is stopped.
  void RequestStop() { stop_.request_stop(); }
  // Waits for them. False when one has failed.
  bool Join();

  int64_t rows() const;  // put so far

  // Prints to stdout how many readings of each sensor are durable, having made sure of it.
  diotima::Status FlushAndAcknowledge();

 private:
  struct Producer {
    std::string sensor;
    int64_t first = 0;              // readings that there were before
    std::atomic<int64_t> next = 0;  // the readings below are put
    int64_t acknowledged = 0;
  };

  void Produce(Producer* producer);
  diotima::Status Put(const diotima::RowBatch& row);
  void FlushNowAndThen();
  void Fail(const diotima::Status& status);

  diotima::BufferedWriter* const writer_;
  prometheus::Histogram* const put_seconds_;
  const ProducerOptions options_;
  std::stop_source stop_;
  std::atomic<bool> failed_ = false;
  std::deque<Producer> producers_;
  std::atomic<int> running_;
  std::vector<std::thread> threads_;
};
