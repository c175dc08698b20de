// What Prometheus is told of a buffered writer.
#pragma once

#include <diotima/buffered_writer.h>
#include <prometheus/exposer.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <string>

// Thread-safe. The writer must outlive it.
class Metrics {
 public:
  explicit Metrics(const diotima::BufferedWriter* writer);

  // Of each Put.
  prometheus::Histogram& put_seconds() { return put_seconds_; }

  // Serves them on `address` ("127.0.0.1:9464"; port 0: any that is free), and returns the URL.
  // Throws when that cannot be.
  std::string Serve(const std::string& address);
  // Puts them in a file, for the text file collector of Prometheus' node exporter.
  diotima::Status WriteFile(const std::string& path) const;

 private:
  const std::shared_ptr<prometheus::Collectable> writer_;
  const std::shared_ptr<prometheus::Registry> registry_;
  prometheus::Histogram& put_seconds_;
  std::unique_ptr<prometheus::Exposer> exposer_;
};
