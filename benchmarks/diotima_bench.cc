// Whole operations, each beside what RocksDB alone does with the same bytes in the same run:
//   diotima_bench --rows 1000000 [--directory DIR] [--times 3] [--only GROUP,…]
#include <diotima/store.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "benchmarks/bench_groups.h"
#include "benchmarks/bench_rows.h"
#include "benchmarks/bench_support.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

class Bench {
 public:
  explicit Bench(BenchOptions options) : options_(std::move(options)) {}

  void Run(const std::vector<std::string>& only) {
    fs::create_directories(options_.directory);
    auto wanted = [&](const char* group) {
      return only.empty() || std::find(only.begin(), only.end(), group) != only.end();
    };
    if (wanted("ingest")) BenchIngest(options_, &table_);
    if (wanted("writer")) BenchWriter(options_, &table_);
    if (wanted("tuning")) BenchTuning(options_, &table_);
    if (wanted("increments")) Increments();
    if (wanted("lineage")) BenchLineage(options_, &table_);
    if (wanted("history")) BenchHistory(options_, &table_);
    if (wanted("deletes")) BenchDeletes(options_, &table_);
    if (wanted("backup")) BenchBackup(options_, &table_);
  }

 private:
  void Increments() {
    RawRows rows(StorePath("raw"));
    std::printf("rows: %llu, bytes a row as encoded (key and value): %zu\n\n",
                static_cast<unsigned long long>(options_.rows), rows.bytes());
    WriteRows("in key order", /*shuffled=*/false, &rows);
    WriteRows("in random order", /*shuffled=*/true, &rows);
    table_.Note("bytes a row on disk, root feature: " + PerRow(StorePath("in random order")));
    ReadLatest();
    Resolve();
    table_.Note("bytes a row on disk, both features with 10 % rewritten: " +
                PerRow(StorePath("in key order")));
  }

  std::string StorePath(const std::string& name) const { return options_.StorePath(name); }
  std::string PerRow(const std::string& path) const {
    return std::to_string(DirectoryBytes(path) / options_.rows);
  }

  std::unique_ptr<Store> Open(const std::string& name) const {
    return OpenStore(StorePath(name), WorkloadGraph());
  }

  void WriteRows(const std::string& name, bool shuffled, RawRows* rows) {
    const Measurement raw = RawWrite(name, shuffled, rows);
    fs::remove_all(StorePath(name));
    auto store = Open(name);
    const Measurement write = Measure([&] {
      RootRows source(options_.rows, shuffled);
      return Take(store->Write(kRootFeature, source)).rows;
    });
    table_.Add("write, one commit, " + name, write, "raw WriteBatch in key order", raw);
  }

  Measurement RawWrite(const std::string& name, bool shuffled, RawRows* rows) {
    constexpr uint64_t kBatch = 1000;
    const std::string path = StorePath("raw");
    fs::remove_all(path);
    auto engine = Take(Engine::Open(path, RawOptions(false)));
    auto write = [&](bool random) {
      return Measure([&] {
        rocksdb::WriteBatch batch;
        for (uint64_t i = 0; i < options_.rows; ++i) {
          const uint64_t number = random ? i * 1'000'000'007 % options_.rows : i;
          batch.Put(engine->rows(), rows->Key(random ? 2 : 1, number), rows->Value(number));
          if (batch.Count() < kBatch && i + 1 < options_.rows) continue;
          Check(FromRocks(engine->db()->Write({}, &batch), "raw write"));
          batch.Clear();
        }
        return options_.rows;
      });
    };
    const Measurement in_order = write(false);
    table_.Add("raw WriteBatch of 1,000, in key order", in_order);
    if (shuffled) {
      table_.Add("raw WriteBatch of 1,000, " + name, write(true), "raw WriteBatch in key order",
                 in_order);
    }
    return in_order;
  }

  Measurement RawScan(uint32_t features) const {
    return diotima::RawScan(StorePath("in key order"), features, options_.times);
  }

  void ReadLatest() {
    const Measurement raw = RawScan(1);
    table_.Add("raw scan", raw);
    auto store = Open("in key order");
    const Measurement read = MeasureBest(options_.times, [&] {
      uint64_t rows = 0, sum = 0;
      auto cursor = Take(store->Read(kRootFeature));
      const size_t size = *cursor.schema().Find("size");
      for (; cursor.Valid(); cursor.Next(), ++rows) {
        sum += static_cast<uint64_t>(cursor.row().Get(size).unchecked_int64());
      }
      Check(cursor.status());
      if (sum == 0) std::exit(1);
      return rows;
    });
    table_.Add("read latest, one column", read, "the raw scan", raw);
    const Measurement filtered = MeasureBest(options_.times, [&] {
      ReadOptions options;
      options.filters = {"score > 0.5 AND label = 'train'"};
      auto cursor = Take(store->Read(kRootFeature, options));
      uint64_t kept = 0;
      for (; cursor.Valid(); cursor.Next()) ++kept;
      Check(cursor.status());
      return kept == 0 ? 0 : options_.rows;
    });
    table_.Add("read latest, filtered on two columns", filtered, "the raw scan", raw);
  }

  // `limit`: the raw scan of all inputs.
  void ResolveOnce(const std::string& name, const Measurement& limit) {
    auto store = Open("in key order");
    const Measurement result = MeasureBest(options_.times, [&] {
      ResolveAll(store.get(), kChildFeature);
      return options_.rows;
    });
    table_.Add(name, result, "the raw scan of its inputs", limit);
  }

  void Resolve() {
    ResolveOnce("resolve, all new", RawScan(1));
    {
      auto store = Open("in key order");
      auto update = Take(store->ResolveUpdate(kChildFeature));
      ChildRows rows(&update);
      table_.Add("resolve all new and write the results",
                 Measure([&] { return Take(store->Write(kChildFeature, rows)).rows; }));
    }
    ResolveOnce("resolve, nothing changed", RawScan(2));
    {
      RootRows changed(options_.rows, false, /*changed=*/true);
      auto store = Open("in key order");
      table_.Add("write of 10 % changed rows",
                 Measure([&] { return Take(store->Write(kRootFeature, changed)).rows; }));
    }
    ResolveOnce("resolve, 10 % stale", RawScan(2));
  }

  const BenchOptions options_;
  ResultTable table_;
};

// Of all tables, once all that can be is at the bottom level.
uint64_t CompactedBytes(const std::string& path) {
  auto engine = Take(Engine::Open(path, RawOptions(false)));
  rocksdb::CompactRangeOptions compact;
  compact.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  uint64_t bytes = 0;
  for (auto* family : {engine->rows(), engine->catalog(), engine->journal()}) {
    Check(FromRocks(engine->db()->CompactRange(compact, family, nullptr, nullptr), "compact"));
    uint64_t size = 0;
    engine->db()->GetIntProperty(family, rocksdb::DB::Properties::kTotalSstFilesSize, &size);
    bytes += size;
  }
  return bytes;
}

int Main(int argc, char** argv) {
  BenchOptions options;
  CLI::App app("Whole operations of Diotima beside RocksDB alone");
  app.add_option("--rows", options.rows, "rows of each feature")->check(CLI::PositiveNumber);
  app.add_option("--directory", options.directory, "where stores are made (a temporary one)");
  app.add_option("--times", options.times, "runs of each read; the best counts");
  std::vector<std::string> only;
  app.add_option(
         "--only", only,
         "groups to run: ingest, writer, tuning, increments, lineage, history, deletes, backup")
      ->check(CLI::IsMember(
          {"ingest", "writer", "tuning", "increments", "lineage", "history", "deletes", "backup"}))
      ->delimiter(',');
  std::string compact;
  app.add_option("--compact", compact,
                 "only compact this store to the bottom level, and print the size of its tables");
  CLI11_PARSE(app, argc, argv);
  if (!compact.empty()) {
    std::printf("%llu\n", static_cast<unsigned long long>(CompactedBytes(compact)));
    return 0;
  }
  const bool temporary = options.directory.empty();
  if (temporary) options.directory = (fs::temp_directory_path() / "diotima-bench").string();
  Bench(options).Run(only);
  if (temporary) fs::remove_all(options.directory);
  return 0;
}

}  // namespace
}  // namespace diotima

int main(int argc, char** argv) { return diotima::Main(argc, argv); }
