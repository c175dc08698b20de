// Time, peak memory and the table that the benchmarks print.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace diotima {

struct Measurement {
  double seconds = 0;
  uint64_t rows = 0;
  size_t peak_bytes = 0;  // resident set, above what it was at the start
};

// Runs `work`, which returns the number of rows it handled.
Measurement Measure(const std::function<uint64_t()>& work);

// The best of `times` runs by time; the peak is the highest.
Measurement MeasureBest(int times, const std::function<uint64_t()>& work);

// Prints lines as they come: operation, rows/s, share of the limit, bytes a row, peak memory.
class ResultTable {
 public:
  ResultTable();
  void Add(const std::string& operation, const Measurement& result);
  // Beside the limit it is compared with: the same rows by raw RocksDB.
  void Add(const std::string& operation, const Measurement& result, const std::string& limit_name,
           const Measurement& limit);
  void Note(const std::string& text) const;
};

// Bytes of all files below a directory.
uint64_t DirectoryBytes(const std::string& path);

}  // namespace diotima
