// A service that stores the readings of sensors as they come in.
#include <diotima/status_macros.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "metrics.h"
#include "producers.h"

namespace {

struct Options {
  std::string graph, store;
  std::string listen, metrics_file;
  ProducerOptions producers;
};

// In every thread, so it comes before there is another: SIGTERM and SIGINT are waited for.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

void PrintStatus(const diotima::BufferedWriterStatus& status, uint64_t rows_before) {
  std::cerr << status.written_rows - rows_before << " rows/s, " << status.written_rows
            << " written, " << status.queued_rows << " queued (oldest "
            << status.oldest_age.count() / 1000 << " ms), " << status.failed_attempts
            << " failed attempts\n";
  if (status.failing) std::cerr << "writing fails: " << status.last_error.ToString() << "\n";
}

diotima::Status WriteMetrics(const Metrics& metrics, const Options& options) {
  if (options.metrics_file.empty()) return {};
  return metrics.WriteFile(options.metrics_file);
}

void ReportUntilSignal(const sigset_t& signals, const diotima::BufferedWriter& writer,
                       const Metrics& metrics, const Options& options) {
  uint64_t rows_before = 0;
  const timespec second{1, 0};
  while (sigtimedwait(&signals, nullptr, &second) < 0) {
    const auto status = writer.status();
    PrintStatus(status, rows_before);
    rows_before = status.written_rows;
    if (auto s = WriteMetrics(metrics, options); !s.ok()) std::cerr << s.ToString() << "\n";
  }
}

// Rows that were put are durable when it returns ok.
diotima::Status Drain(diotima::BufferedWriter* writer, Producers* producers) {
  producers->RequestStop();
  diotima::Status stopped = writer->Stop();  // ends a Put that waits, too
  const bool joined = producers->Join();
  DIOTIMA_TRY(stopped);
  DIOTIMA_TRY(producers->FlushAndAcknowledge());
  if (!joined) return diotima::Status::IoError("a producer failed");
  return {};
}

diotima::Status Run(const Options& options, const sigset_t& signals) {
  DIOTIMA_ASSIGN(const auto graph, diotima::Graph::FromFile(options.graph));
  DIOTIMA_ASSIGN(const auto store, diotima::Store::Open(options.store, {.graph = graph}));
  // So that `diotima read` needs no graph file.
  DIOTIMA_TRY(store->Push().status());
  DIOTIMA_ASSIGN(const auto readings, CountReadings(*store));

  diotima::BufferedWriterOptions writer_options;
  // For a disk that fails. Whoever stops a service kills it after a while (Kubernetes: 30 s), and
  // the writer's destructor tries as long once more.
  writer_options.stop_timeout = std::chrono::seconds(10);
  DIOTIMA_ASSIGN(const auto writer, diotima::BufferedWriter::Create(store.get(), writer_options));
  Metrics metrics(writer.get());
  if (!options.listen.empty()) std::cerr << "metrics: " << metrics.Serve(options.listen) << "\n";

  Producers producers(writer.get(), &metrics.put_seconds(), options.producers, readings);
  std::cerr << "ready\n";
  ReportUntilSignal(signals, *writer, metrics, options);
  std::cerr << "stopping\n";
  DIOTIMA_TRY(Drain(writer.get(), &producers));
  std::cerr << "stopped: " << producers.rows() << " rows put, " << writer->status().durable_rows
            << " durable\n";
  return WriteMetrics(metrics, options);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Stores the readings of sensors as they come in");
  app.add_option("--graph", options.graph, "The features")->required();
  app.add_option("--store", options.store, "The store; made when there is none")->required();
  app.add_option("--listen", options.listen, "Serve metrics there: 127.0.0.1:9464; port 0: any");
  app.add_option("--metrics-file", options.metrics_file, "Write metrics there each second");
  app.add_option("--threads", options.producers.threads, "Producers")->check(CLI::Range(1, 1000));
  app.add_option("--rate", options.producers.rate,
                 "Rows a second of each producer; 0: as many as it can");
  app.add_option("--rows", options.producers.rows, "Stop after so many rows of each producer");
  int64_t flush_every = options.producers.flush_every.count();
  app.add_option("--flush-every", flush_every, "Milliseconds between acknowledgements")
      ->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  options.producers.flush_every = std::chrono::milliseconds(flush_every);

  try {
    const diotima::Status status = Run(options, BlockSignals());
    if (!status.ok()) std::cerr << status.ToString() << "\n";
    return status.ok() ? 0 : 1;
  } catch (const std::exception& e) {  // of the server: the library throws none
    std::cerr << e.what() << "\n";
    return 1;
  }
}
