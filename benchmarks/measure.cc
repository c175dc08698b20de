#include "benchmarks/measure.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace diotima {
namespace {

// A line of /proc/self/status, in bytes.
size_t StatusBytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.rfind(name + ":", 0) == 0) return std::stoull(line.substr(name.size() + 1)) * 1024;
  }
  return 0;
}

void ResetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

void PrintLine(const std::string& operation, const Measurement& result, const std::string& limit) {
  std::printf("%-44s %10.3f s %12.0f rows/s  %-44s %8.1f MiB\n", operation.c_str(), result.seconds,
              static_cast<double>(result.rows) / result.seconds, limit.c_str(),
              static_cast<double>(result.peak_bytes) / (1 << 20));
  std::fflush(stdout);
}

}  // namespace

Measurement Measure(const std::function<uint64_t()>& work) {
  Measurement result;
  ResetPeak();
  const size_t before = StatusBytes("VmRSS");
  const auto start = std::chrono::steady_clock::now();
  result.rows = work();
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const size_t peak = StatusBytes("VmHWM");
  result.peak_bytes = peak > before ? peak - before : 0;
  return result;
}

Measurement MeasureBest(int times, const std::function<uint64_t()>& work) {
  Measurement best = Measure(work);
  for (int i = 1; i < times; ++i) {
    const Measurement again = Measure(work);
    const size_t peak = std::max(best.peak_bytes, again.peak_bytes);
    if (again.seconds < best.seconds) best = again;
    best.peak_bytes = peak;
  }
  return best;
}

ResultTable::ResultTable() {
  std::printf("%-44s %12s %19s  %-44s %12s\n", "operation", "time", "speed", "of its limit",
              "peak memory");
}

void ResultTable::Add(const std::string& operation, const Measurement& result) {
  PrintLine(operation, result, "");
}

void ResultTable::Add(const std::string& operation, const Measurement& result,
                      const std::string& limit_name, const Measurement& limit) {
  char share[128];
  std::snprintf(share, sizeof(share), "%.0f %% of %s (%.2f x its time)",
                limit.seconds / result.seconds * 100, limit_name.c_str(),
                result.seconds / limit.seconds);
  PrintLine(operation, result, share);
}

void ResultTable::Note(const std::string& text) const {
  std::printf("%s\n", text.c_str());
  std::fflush(stdout);
}

uint64_t DirectoryBytes(const std::string& path) {
  uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

}  // namespace diotima
