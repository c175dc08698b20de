// Samples of five versions, and deletes that cascade.
#include <algorithm>
#include <cstdlib>

#include "benchmarks/bench_groups.h"
#include "benchmarks/bench_rows.h"

namespace diotima {
namespace {

constexpr uint64_t kVersions = 5;
constexpr uint64_t kFeatures = 3;  // of a cascade

void ReadVersions(const BenchOptions& options, ResultTable* table) {
  const std::string path = options.StorePath("versions");
  const uint64_t samples = std::max<uint64_t>(options.rows / kVersions, 1);
  {
    auto store = MakeStore(path, WorkloadGraph());
    for (uint64_t i = 0; i < kVersions; ++i) {
      RootRows rows(samples, /*shuffled=*/false);
      Take(store->Write(kRootFeature, rows));
    }
  }
  const Measurement raw = RawScan(path, 1, options.times);
  auto store = OpenStore(path, WorkloadGraph());
  const Measurement read = MeasureBest(options.times, [&] {
    auto cursor = Take(store->Read(kRootFeature));
    const size_t size = *cursor.schema().Find("size");
    uint64_t sum = 0, rows = 0;
    for (; cursor.Valid(); cursor.Next(), ++rows) {
      sum += static_cast<uint64_t>(cursor.row().Get(size).unchecked_int64());
    }
    Check(cursor.status());
    if (sum == 0 || rows != samples) std::exit(1);
    return raw.rows;
  });
  table->Add("read latest, 5 versions a sample", read, "the raw scan", raw);
}

Graph CascadeGraph() {
  return GraphOf(R"(
    [[features]]
    key = "bench/raw"
    id_columns = ["sample_id"]
    fields = ["audio", "frames"]

    [[features]]
    key = "bench/crop"
    id_columns = ["sample_id"]
    fields = ["audio", "frames"]
    deps = [{ feature = "bench/raw", select = [] }]

    [[features]]
    key = "bench/faces"
    id_columns = ["sample_id"]
    fields = ["audio", "frames"]
    deps = [{ feature = "bench/crop", select = [] }]
  )");
}

// Deletes a tenth of the samples of three features.
void DeleteOnce(const BenchOptions& options, bool soft, ResultTable* table) {
  const std::string path = options.StorePath(soft ? "cascade soft" : "cascade hard");
  const uint64_t samples = std::max<uint64_t>(options.rows / kFeatures, 1);
  {
    auto store = MakeStore(path, CascadeGraph());
    for (const char* feature : {"bench/raw", "bench/crop", "bench/faces"}) {
      RootRows rows(samples, /*shuffled=*/false);
      Take(store->Write(feature, rows));
    }
  }
  const Measurement raw = RawScan(path, kFeatures, options.times);
  auto store = OpenStore(path, CascadeGraph());
  DeleteOptions deletion;
  deletion.mode = soft ? DeleteMode::kSoft : DeleteMode::kHard;
  deletion.cascade = Cascade::kDownstream;
  deletion.filters = {"score < 0.1"};
  // What is deleted is gone: there is one run only.
  const Measurement result = Measure([&] {
    if (Take(store->Delete(kRootFeature, deletion)).rows == 0) std::exit(1);
    return raw.rows;
  });
  table->Add(std::string("cascade delete of 10 %, ") + (soft ? "soft" : "hard"), result,
             "the raw scan of its inputs", raw);
}

}  // namespace

void BenchHistory(const BenchOptions& options, ResultTable* table) {
  ReadVersions(options, table);
  DeleteOnce(options, /*soft=*/true, table);
  DeleteOnce(options, /*soft=*/false, table);
}

}  // namespace diotima
