#include "metrics.h"

#include <prometheus/text_serializer.h>

#include <filesystem>
#include <fstream>

namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily Metric(MetricType type, const char* name, const char* help, double value) {
  prometheus::ClientMetric metric;
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return {name, help, type, {metric}};
}

// The writer counts already: its status is asked for when Prometheus asks.
class WriterCollectable : public prometheus::Collectable {
 public:
  explicit WriterCollectable(const diotima::BufferedWriter* writer) : writer_(writer) {}

  std::vector<MetricFamily> Collect() const override {
    const diotima::BufferedWriterStatus s = writer_->status();
    const auto counter = [](const char* name, const char* help, auto value) {
      return Metric(MetricType::Counter, name, help, static_cast<double>(value));
    };
    const auto gauge = [](const char* name, const char* help, auto value) {
      return Metric(MetricType::Gauge, name, help, static_cast<double>(value));
    };
    return {
        counter("diotima_written_rows_total", "Rows committed", s.written_rows),
        counter("diotima_durable_rows_total", "Rows committed and on the disk", s.durable_rows),
        counter("diotima_commits_total", "Commits", s.commits),
        counter("diotima_failed_attempts_total", "Attempts to write that failed",
                s.failed_attempts),
        gauge("diotima_failing", "1 while the last attempt to write failed", s.failing),
        gauge("diotima_queued_rows", "Rows put, not committed yet", s.queued_rows),
        gauge("diotima_queued_bytes", "Bytes put, not committed yet", s.queued_bytes),
        gauge("diotima_oldest_queued_row_seconds", "How long the oldest queued row has waited",
              std::chrono::duration<double>(s.oldest_age).count()),
    };
  }

 private:
  const diotima::BufferedWriter* const writer_;
};

prometheus::Histogram& PutSeconds(prometheus::Registry& registry) {
  return prometheus::BuildHistogram()
      .Name("diotima_put_seconds")
      .Help("How long Put took: microseconds, or as long as the queue was full")
      .Register(registry)
      .Add({}, prometheus::Histogram::BucketBoundaries{1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 1e-3, 1e-2,
                                                       1e-1, 1, 10});
}

}  // namespace

Metrics::Metrics(const diotima::BufferedWriter* writer)
    : writer_(std::make_shared<WriterCollectable>(writer)),
      registry_(std::make_shared<prometheus::Registry>()),
      put_seconds_(PutSeconds(*registry_)) {}

std::string Metrics::Serve(const std::string& address) {
  exposer_ = std::make_unique<prometheus::Exposer>(address);
  exposer_->RegisterCollectable(writer_);
  exposer_->RegisterCollectable(registry_);
  const std::string host = address.substr(0, address.rfind(':'));
  return "http://" + host + ":" + std::to_string(exposer_->GetListeningPorts().at(0)) + "/metrics";
}

diotima::Status Metrics::WriteFile(const std::string& path) const {
  const std::string made = path + ".new";
  std::ofstream out(made);
  const prometheus::TextSerializer serializer;
  serializer.Serialize(out, writer_->Collect());
  serializer.Serialize(out, registry_->Collect());
  out.close();
  std::error_code error;
  // Who reads it sees the old file or the new one, never half of one.
  if (out) std::filesystem::rename(made, path, error);
  if (out && !error) return {};
  return diotima::Status::IoError(path + " could not be written");
}
