// What each default of TuningOptions costs: one is changed at a time.
#include <filesystem>
#include <functional>

#include "benchmarks/bench_groups.h"
#include "benchmarks/bench_rows.h"

namespace diotima {
namespace {

class TuningBench {
 public:
  TuningBench(const BenchOptions& options, ResultTable* table)
      : options_(options), table_(*table), path_(options.StorePath("tuning")) {}

  void Run() {
    Try("the defaults", [](StoreOptions*) {});
    Try("bottom: not compressed",
        [](StoreOptions* o) { o->tuning.bottom_compression = Compression::kNone; });
    Try("bottom: LZ4", [](StoreOptions* o) { o->tuning.bottom_compression = Compression::kLz4; });
    Try("bottom: zstd, level 1", [](StoreOptions* o) { o->tuning.zstd_level = 1; });
    Try("bottom: zstd, level 6", [](StoreOptions* o) { o->tuning.zstd_level = 6; });
    Try("blocks of 4 KiB", [](StoreOptions* o) { o->tuning.block_size = 4 << 10; });
    Try("blocks of 64 KiB", [](StoreOptions* o) { o->tuning.block_size = 64 << 10; });
    Try("no filters", [](StoreOptions* o) { o->tuning.filter_bits = 0; });
    Try("block cache of 8 MiB", [](StoreOptions* o) { o->tuning.block_cache_size = 8 << 20; });
    Try("one thread", [](StoreOptions* o) { o->parallelism = 1; });
    Try("memory budget of 64 MiB", [](StoreOptions* o) { o->memory_budget = 64 << 20; });
    // Commits of about 20 MiB through the log, and as table files.
    constexpr uint64_t kRows = 100'000;
    Try(
        "commits of 20 MiB through the log",
        [](StoreOptions* o) { o->bulk_commit_threshold = 1 << 30; }, kRows);
    Try(
        "commits of 20 MiB as tables", [](StoreOptions* o) { o->bulk_commit_threshold = 1 << 20; },
        kRows);
  }

 private:
  // Writes the rows in random order, in commits of so many (0: in one), and reads them.
  void Try(const std::string& name, const std::function<void(StoreOptions*)>& change,
           uint64_t commit_rows = 0) {
    std::filesystem::remove_all(path_);
    StoreOptions options;
    options.graph = WorkloadGraph();
    change(&options);
    auto store = Take(Store::Open(path_, options));
    const Measurement write = Measure([&] {
      RootRows rows(options_.rows, /*shuffled=*/true);
      return commit_rows == 0 ? Take(store->Write(kRootFeature, rows)).rows
                              : WriteInCommits(store.get(), &rows, commit_rows);
    });
    table_.Add("write: " + name, write);
    store.reset();
    store = Take(Store::Open(path_, options));
    table_.Add("read:  " + name, MeasureBest(options_.times, [&] {
                 auto cursor = Take(store->Read(kRootFeature));
                 uint64_t rows = 0;
                 for (; cursor.Valid(); cursor.Next()) ++rows;
                 Check(cursor.status());
                 return rows;
               }));
    store.reset();
    table_.Note("       " + std::to_string(DirectoryBytes(path_) / options_.rows) + " bytes a row");
  }

  static uint64_t WriteInCommits(Store* store, RowReader* rows, uint64_t commit_rows) {
    uint64_t written = 0;
    RowBatch batch;
    for (bool more = true; more;) {
      Commit commit = Take(store->BeginCommit());
      for (uint64_t count = 0; count < commit_rows && (more = Take(rows->Read(&batch)));) {
        Check(commit.Append(kRootFeature, batch));
        count += batch.rows();
      }
      written += Take(commit.Finish()).rows;
    }
    return written;
  }

  const BenchOptions& options_;
  ResultTable& table_;
  const std::string path_;
};

}  // namespace

void BenchTuning(const BenchOptions& options, ResultTable* table) {
  TuningBench(options, table).Run();
}

}  // namespace diotima
