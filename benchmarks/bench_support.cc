#include "benchmarks/bench_support.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "benchmarks/bench_rows.h"
#include "codec/row/key.h"

namespace diotima {

void Check(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

EngineOptions RawOptions(bool read_only) {
  EngineOptions options;
  options.read_only = read_only;
  return options;
}

std::unique_ptr<Store> OpenStore(const std::string& path, Graph graph) {
  StoreOptions options;
  options.graph = std::move(graph);
  return Take(Store::Open(path, std::move(options)));
}

std::unique_ptr<Store> MakeStore(const std::string& path, Graph graph) {
  std::filesystem::remove_all(path);
  return OpenStore(path, std::move(graph));
}

RawRows::RawRows(const std::string& path) {
  constexpr uint64_t kRows = 10'000;
  {
    RootRows rows(kRows, /*shuffled=*/false);
    Take(MakeStore(path, WorkloadGraph())->Write(kRootFeature, rows));
  }
  {
    auto engine = Take(Engine::Open(path, RawOptions(true)));
    std::unique_ptr<rocksdb::Iterator> it(engine->db()->NewIterator({}, engine->rows()));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      rows_.emplace_back(it->key().ToString(), it->value().ToString());
      bytes_ += it->key().size() + it->value().size();
    }
  }
  std::filesystem::remove_all(path);
}

const std::string& RawRows::Key(uint32_t feature, uint64_t number) {
  const std::string& stored = rows_[number % rows_.size()].first;
  key_.clear();
  AppendRowKeyPrefix({feature, 1}, &key_);
  AppendTupleValue(diotima::Value::Int64(static_cast<int64_t>(number)), &key_);
  key_.append(stored, stored.size() - kRowKeySuffixSize, kRowKeySuffixSize);
  return key_;
}

Measurement RawScan(const std::string& path, uint32_t features, int times) {
  auto engine = Take(Engine::Open(path, RawOptions(true)));
  return MeasureBest(times, [&] {
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

void ResolveAll(Store* store, const std::string& feature) {
  auto update = Take(store->ResolveUpdate(feature));
  for (; update.Valid(); update.Next()) {
    if (update.row().Get(0).null()) std::exit(1);
  }
  Check(update.status());
}

}  // namespace diotima
