// Hard deletes and what reading costs right after; compaction and purges beside RocksDB's own
// compaction.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "benchmarks/bench_groups.h"
#include "benchmarks/bench_rows.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kGenerations = 5;  // of the rows that a purge looks at

class DeleteBench {
 public:
  DeleteBench(const BenchOptions& options, ResultTable* table)
      : options_(options),
        table_(*table),
        base_(options.StorePath("deletes")),
        path_(options.StorePath("deletes-copy")) {}

  void Run() {
    {
      auto store = MakeStore(base_, WorkloadGraph());
      RootRows rows(options_.rows, /*shuffled=*/false);
      Take(store->Write(kRootFeature, rows));
    }
    Copy();
    const Measurement before = Scan(options_.rows, options_.times);
    table_.Add("scan before a hard delete", before);
    Delete("10 % scattered", {"score < 0.1"}, before);
    Delete("10 % contiguous", {"sample_id < " + std::to_string(options_.rows / 10)}, before);
    Delete("a whole version", {}, before);
    Delete("a whole feature", {}, before, /*with_feature_history=*/true);
    Compact();
    Purge();
    fs::remove_all(base_);
    fs::remove_all(path_);
  }

 private:
  // What is done to a store of hard links leaves the first one alone.
  void Copy() {
    fs::remove_all(path_);
    auto store = OpenStore(base_, WorkloadGraph());
    Check(store->Checkpoint(path_));
  }

  // Reads all that is left; `rows` are those that it may have to look at.
  Measurement Scan(uint64_t rows, int times) {
    auto store = OpenStore(path_, WorkloadGraph());
    return MeasureBest(times, [&] {
      auto cursor = Take(store->Read(kRootFeature));
      uint64_t sum = 0;
      for (; cursor.Valid(); cursor.Next()) sum += cursor.row().Get(size_t{1}).null() ? 0 : 1;
      Check(cursor.status());
      return std::max(rows, sum);
    });
  }

  void Delete(const std::string& what, std::vector<std::string> filters, const Measurement& before,
              bool with_feature_history = false) {
    Copy();
    DeleteOptions hard;
    hard.mode = DeleteMode::kHard;
    hard.filters = std::move(filters);
    hard.with_feature_history = with_feature_history;
    Measurement deleted;
    {
      auto store = OpenStore(path_, WorkloadGraph());
      deleted = Measure([&] {
        const uint64_t rows = Take(store->Delete(kRootFeature, hard)).rows;
        if (rows == 0) std::exit(1);
        return hard.filters.empty() ? rows : options_.rows;
      });
    }
    table_.Add("hard delete of " + what, deleted, "a scan", before);
    char note[100];
    std::snprintf(note, sizeof note, "hard delete of %s: %.1f ms", what.c_str(),
                  deleted.seconds * 1e3);
    table_.Note(note);
    table_.Add("scan after the delete of " + what, Scan(options_.rows, options_.times),
               "the scan before", before);
  }

  // Rows deleted here and there, to be compacted.
  void Scatter() {
    Copy();
    auto store = OpenStore(path_, WorkloadGraph());
    DeleteOptions hard;
    hard.mode = DeleteMode::kHard;
    hard.filters = {"score < 0.1"};
    Take(store->Delete(kRootFeature, hard));
  }

  Measurement RawCompaction() {
    auto engine = Take(Engine::Open(path_, RawOptions(/*read_only=*/false)));
    return Measure([&] {
      rocksdb::CompactRangeOptions range;
      range.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
      range.max_subcompactions = std::thread::hardware_concurrency();
      if (!engine->db()->CompactRange(range, engine->rows(), nullptr, nullptr).ok()) std::exit(1);
      return options_.rows;
    });
  }

  Measurement Compaction() {
    auto store = OpenStore(path_, WorkloadGraph());
    return Measure([&] {
      Take(store->Compact());
      return options_.rows;
    });
  }

  void NoteSpeed(const std::string& what, uint64_t bytes, const Measurement& result) {
    char note[100];
    std::snprintf(note, sizeof note, "%s: %.0f MB/s of table files", what.c_str(),
                  static_cast<double>(bytes) / 1e6 / result.seconds);
    table_.Note(note);
  }

  void Compact() {
    const uint64_t bytes = DirectoryBytes(base_);
    Scatter();
    const Measurement raw = RawCompaction();
    Scatter();
    const Measurement ours = Compaction();
    table_.Add("compact, 10 % deleted", ours, "RocksDB's manual compaction", raw);
    NoteSpeed("RocksDB's manual compaction", bytes, raw);
    NoteSpeed("compact", bytes, ours);
  }

  void Purge() {
    {
      auto store = MakeStore(base_, WorkloadGraph());
      for (uint64_t i = 0; i < kGenerations; ++i) {
        RootRows rows(options_.rows / kGenerations, /*shuffled=*/false);
        Take(store->Write(kRootFeature, rows));
      }
    }
    Copy();
    const uint64_t bytes = DirectoryBytes(base_);
    const Measurement raw = RawCompaction();
    Copy();
    Measurement purge;
    {
      auto store = OpenStore(path_, WorkloadGraph());
      PurgeOptions options;
      options.keep = 1;
      purge = Measure([&] {
        if (Take(store->Purge(options)).rows == 0) std::exit(1);
        return options_.rows;
      });
    }
    table_.Add("purge of 4 of 5 rows a sample", purge, "RocksDB's manual compaction", raw);
    NoteSpeed("purge", bytes, purge);
    table_.Add("compact after the purge", Compaction(), "RocksDB's manual compaction", raw);
  }

  const BenchOptions& options_;
  ResultTable& table_;
  const std::string base_, path_;
};

}  // namespace

void BenchDeletes(const BenchOptions& options, ResultTable* table) {
  DeleteBench(options, table).Run();
}

}  // namespace diotima
