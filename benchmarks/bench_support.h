// What the benchmarks of whole operations share: stores, raw scans, errors that end the program.
#pragma once

#include <diotima/store.h>

#include <memory>
#include <string>

#include "benchmarks/measure.h"
#include "kv/engine.h"

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

// A scan of all rows of the features that were written first to `features`-th, which looks at each
// key and value. No store may have the directory open.
Measurement RawScan(const std::string& path, uint32_t features, int times);

// Steps through all of the answer.
void ResolveAll(Store* store, const std::string& feature);

}  // namespace diotima
