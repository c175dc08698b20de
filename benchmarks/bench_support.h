// What the benchmarks of whole operations share: stores, raw scans, errors that end the program.
#pragma once

#include <diotima/store.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/measure.h"
#include "kv/engine/engine.h"

namespace diotima {

struct BenchOptions {
  uint64_t rows = 1'000'000;
  std::string directory;
  int times = 3;

  std::string StorePath(const std::string& name) const { return directory + "/" + name; }
};

void Check(const Status& status);

template <typename T>
T Take(Result<T> result) {
  Check(result.status());
  return *std::move(result);
}

// RocksDB with the settings of a store.
EngineOptions RawOptions(bool read_only);
std::unique_ptr<Store> OpenStore(const std::string& path, Graph graph);
// The same, with nothing in it.
std::unique_ptr<Store> MakeStore(const std::string& path, Graph graph);

// Rows of the root feature as a store encodes them, for RocksDB alone.
class RawRows {
 public:
  // Makes them in a store at `path`, which is removed.
  explicit RawRows(const std::string& path);

  // The key of row `number` of the feature with this id; it lives until the next call.
  const std::string& Key(uint32_t feature, uint64_t number);
  const std::string& Value(uint64_t number) const { return rows_[number % rows_.size()].second; }
  // Of keys and values, on average.
  size_t bytes() const { return bytes_ / rows_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> rows_;
  size_t bytes_ = 0;
  std::string key_;
};

// A scan of all rows of the features that were written first to `features`-th, which looks at each
// key and value. No store may have the directory open.
Measurement RawScan(const std::string& path, uint32_t features, int times);

// Steps through all of the answer.
void ResolveAll(Store* store, const std::string& feature);

}  // namespace diotima
