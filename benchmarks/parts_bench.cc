// The parts that every operation is made of: keys, rows, hashes, filters. Items are rows.
#include <benchmark/benchmark.h>
#include <diotima/filter.h>

#include "codec/row/encoder.h"
#include "codec/row/key.h"
#include "codec/row/stored_row.h"

namespace diotima {
namespace {

// A row of about 100 bytes of user data, and its layout.
struct Sample {
  std::shared_ptr<RowLayout> layout = std::make_shared<RowLayout>();
  Value hashes[4] = {Value::String("audio"), Value::String("12183938480233311841"),
                     Value::String("frames"), Value::String("9758920890642937785")};
  CompleteRow row;
  std::string key, value;

  Sample() {
    layout->columns = {{16, "sample_id", Type(Kind::kInt64)},
                       {17, "path", Type(Kind::kString)},
                       {18, "size", Type(Kind::kInt64)},
                       {19, "score", Type(Kind::kDouble)},
                       {20, "label", Type(Kind::kString)}};
    layout->ids = {0};
    layout->fields = {"audio", "frames"};
    layout->feature_version = "v";
    layout->projects = std::make_shared<const std::vector<std::string>>(1);
    layout->MakeSchema();
    row.cells = {Value::Int64(123456789),
                 Value::String("/data/videos/part-0042/4f2e8a917cbb0d35.mp4"),
                 Value::Int64(734003200), Value::Double(0.734375), Value::String("validation")};
    row.provenance_by_field = Value::Map(hashes, 2);
    row.provenance = Value::String("13237225503670494420");
    RowEncoder encoder(layout.get());
    value = *encoder.Encode(row);
    AppendRowKeyPrefix({1, 1}, &key);
    encoder.AppendSample(row, &key);
    AppendRowKeySuffix(1'790'000'000'000'000, 7, &key);
  }
};

void KeyEncode(benchmark::State& state) {
  const Sample sample;
  std::string key;
  for (auto _ : state) {
    key.clear();
    AppendRowKeyPrefix({1, 1}, &key);
    AppendTupleValue(sample.row.cells[1], &key);
    AppendTupleValue(sample.row.cells[0], &key);
    AppendRowKeySuffix(1'790'000'000'000'000, 7, &key);
    benchmark::DoNotOptimize(key);
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(key.size()));
}
BENCHMARK(KeyEncode);

void KeyDecode(benchmark::State& state) {
  const Sample sample;
  std::string bytes;
  AppendTupleValue(sample.row.cells[1], &bytes);
  AppendTupleValue(sample.row.cells[0], &bytes);
  Arena arena;
  for (auto _ : state) {
    std::string_view in = bytes;
    Value text, number;
    bool ok = TakeTupleValue(&in, &text, &arena) && TakeTupleValue(&in, &number, &arena);
    benchmark::DoNotOptimize(ok);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(KeyDecode);

void RowEncode(benchmark::State& state) {
  const Sample sample;
  RowEncoder encoder(sample.layout.get());
  for (auto _ : state) benchmark::DoNotOptimize(encoder.Encode(sample.row));
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes a row"] = static_cast<double>(sample.key.size() + sample.value.size());
}
BENCHMARK(RowEncode);

void RowVerify(benchmark::State& state) {
  const Sample sample;
  StoredRow row;
  for (auto _ : state) {
    bool ok = row.Load(sample.layout.get(), sample.key, sample.value);
    benchmark::DoNotOptimize(ok);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(RowVerify);

void RowDecodeAllColumns(benchmark::State& state) {
  const Sample sample;
  StoredRow row;
  for (auto _ : state) {
    if (!row.Load(sample.layout.get(), sample.key, sample.value)) state.SkipWithError("damaged");
    for (size_t i = 0; i < row.schema().size(); ++i) benchmark::DoNotOptimize(row.Get(i));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(RowDecodeAllColumns);

void HashOfARow(benchmark::State& state) {
  const Hasher hasher{static_cast<HashAlgorithm>(state.range(0)), 0};
  std::string out;
  for (auto _ : state) {
    out.clear();
    hasher.Append(
        "faces|1|video/raw.audio|12183938480233311841|video/raw.frames|9758920890642937785", &out);
    benchmark::DoNotOptimize(out);
  }
  state.SetLabel(std::string(HashAlgorithmName(hasher.algorithm)));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(HashOfARow)->DenseRange(0, 3);

void FilterOnARow(benchmark::State& state) {
  const Sample sample;
  StoredRow row;
  auto filter = Filter::Parse("score > 0.5 AND label = 'train' OR size IN (1, 2, 3)");
  if (!filter.ok() || !row.Load(sample.layout.get(), sample.key, sample.value)) {
    state.SkipWithError("setup");
    return;
  }
  const auto bound = filter->Bind(row.schema());
  for (auto _ : state) benchmark::DoNotOptimize(bound->Matches(row));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(FilterOnARow);

}  // namespace
}  // namespace diotima

BENCHMARK_MAIN();
