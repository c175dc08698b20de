// Whole operations, each beside what RocksDB alone does with the same bytes in the same run:
//   diotima_bench --rows 1000000 [--directory DIR] [--times 3]
#include <diotima/store.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "benchmarks/measure.h"
#include "benchmarks/workload.h"
#include "codec/key.h"
#include "kv/engine.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

void Check(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

template <typename T>
T Take(Result<T> result) {
  Check(result.status());
  return *std::move(result);
}

struct Options {
  uint64_t rows = 1'000'000;
  std::string directory;
  int times = 3;
};

EngineOptions RawOptions(bool read_only) {
  const StoreOptions store;
  EngineOptions options;
  options.read_only = read_only;
  options.block_cache_size = store.block_cache_size;
  options.write_buffer_size = store.write_buffer_size;
  return options;
}

class Bench {
 public:
  explicit Bench(Options options) : options_(std::move(options)) {}

  void Run() {
    fs::create_directories(options_.directory);
    const auto probe = ProbeRows();
    WriteRows("in key order", /*shuffled=*/false, probe);
    WriteRows("in random order", /*shuffled=*/true, probe);
    table_.Note("bytes a row on disk, root feature: " + PerRow(StorePath("in random order")));
    ReadLatest();
    Resolve();
    table_.Note("bytes a row on disk, both features with 10 % rewritten: " +
                PerRow(StorePath("in key order")));
  }

 private:
  std::string StorePath(const std::string& name) const { return options_.directory + "/" + name; }
  std::string PerRow(const std::string& path) const {
    return std::to_string(DirectoryBytes(path) / options_.rows);
  }

  std::unique_ptr<Store> Open(const std::string& name) const {
    StoreOptions options;
    options.graph = WorkloadGraph();
    return Take(Store::Open(StorePath(name), std::move(options)));
  }

  // Keys and values as the store writes them, for RocksDB alone.
  std::vector<std::pair<std::string, std::string>> ProbeRows() const {
    constexpr uint64_t kProbe = 10'000;
    const std::string name = "probe";
    fs::remove_all(StorePath(name));
    {
      RootRows rows(kProbe, false);
      Take(Open(name)->Write(kRootFeature, rows));
    }
    std::vector<std::pair<std::string, std::string>> probe;
    auto engine = Take(Engine::Open(StorePath(name), RawOptions(true)));
    std::unique_ptr<rocksdb::Iterator> it(engine->db()->NewIterator({}, engine->rows()));
    size_t bytes = 0;
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      probe.emplace_back(it->key().ToString(), it->value().ToString());
      bytes += it->key().size() + it->value().size();
    }
    std::printf("rows: %llu, bytes a row as encoded (key and value): %zu\n\n",
                static_cast<unsigned long long>(options_.rows), bytes / probe.size());
    return probe;
  }

  void WriteRows(const std::string& name, bool shuffled,
                 const std::vector<std::pair<std::string, std::string>>& probe) {
    const Measurement raw = RawWrite(name, shuffled, probe);
    fs::remove_all(StorePath(name));
    auto store = Open(name);
    const Measurement write = Measure([&] {
      RootRows rows(options_.rows, shuffled);
      return Take(store->Write(kRootFeature, rows)).rows;
    });
    table_.Add("write, one commit, " + name, write, "raw WriteBatch in key order", raw);
  }

  Measurement RawWrite(const std::string& name, bool shuffled,
                       const std::vector<std::pair<std::string, std::string>>& probe) {
    constexpr uint64_t kBatch = 1000;
    const std::string path = StorePath("raw");
    fs::remove_all(path);
    auto engine = Take(Engine::Open(path, RawOptions(false)));
    auto write = [&](bool random) {
      return Measure([&] {
        rocksdb::WriteBatch batch;
        std::string key;
        for (uint64_t i = 0; i < options_.rows; ++i) {
          const uint64_t number = random ? i * 1'000'000'007 % options_.rows : i;
          const auto& row = probe[number % probe.size()];
          key.clear();
          AppendRowKeyPrefix(random ? 2 : 1, 1, &key);
          AppendTupleValue(Value::Int64(static_cast<int64_t>(number)), &key);
          key.append(row.first, row.first.size() - kRowKeySuffixSize, kRowKeySuffixSize);
          batch.Put(engine->rows(), key, row.second);
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

  // A scan of the rows of the first `features` features, which looks at each key and value.
  Measurement RawScan(uint32_t features) {
    auto engine = Take(Engine::Open(StorePath("in key order"), RawOptions(true)));
    return MeasureBest(options_.times, [&] {
      std::string begin, last;
      AppendUint32(1, &begin);
      AppendUint32(features, &last);
      const std::string end = PrefixEnd(last);
      const rocksdb::Slice upper = end;
      rocksdb::ReadOptions read;
      read.total_order_seek = true;
      read.iterate_upper_bound = &upper;
      std::unique_ptr<rocksdb::Iterator> it(engine->db()->NewIterator(read, engine->rows()));
      uint64_t rows = 0, bytes = 0;
      for (it->Seek(begin); it->Valid(); it->Next(), ++rows) {
        bytes += it->key().size() + static_cast<unsigned char>(it->value()[0]);
      }
      Check(FromRocks(it->status(), "raw scan"));
      if (bytes == 0) std::exit(1);
      return rows;
    });
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
        sum += static_cast<uint64_t>(cursor.row().Get(size).int64_value());
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
      auto update = Take(store->ResolveUpdate(kChildFeature));
      for (; update.Valid(); update.Next()) {
        if (update.row().Get(0).null()) std::exit(1);
      }
      Check(update.status());
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

  const Options options_;
  ResultTable table_;
};

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("Whole operations of Diotima beside RocksDB alone");
  app.add_option("--rows", options.rows, "rows of each feature")->check(CLI::PositiveNumber);
  app.add_option("--directory", options.directory, "where stores are made (a temporary one)");
  app.add_option("--times", options.times, "runs of each read; the best counts");
  CLI11_PARSE(app, argc, argv);
  const bool temporary = options.directory.empty();
  if (temporary) options.directory = (fs::temp_directory_path() / "diotima-bench").string();
  Bench(options).Run();
  if (temporary) fs::remove_all(options.directory);
  return 0;
}

}  // namespace
}  // namespace diotima

int main(int argc, char** argv) { return diotima::Main(argc, argv); }
