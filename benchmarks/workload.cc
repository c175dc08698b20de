#include "benchmarks/workload.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace diotima {
namespace {

constexpr size_t kBatchRows = 4096;

// A number that looks random and is that of `n` alone (splitmix64).
uint64_t Mix(uint64_t n) {
  n += 0x9e3779b97f4a7c15;
  n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9;
  n = (n ^ (n >> 27)) * 0x94d049bb133111eb;
  return n ^ (n >> 31);
}

std::string_view Decimal(uint64_t number, char* buffer) {
  return {buffer, static_cast<size_t>(std::to_chars(buffer, buffer + 20, number).ptr - buffer)};
}

}  // namespace

Graph WorkloadGraph() {
  auto graph = Graph::FromText(R"(
    [[features]]
    key = "bench/raw"
    id_columns = ["sample_id"]
    fields = ["audio", "frames"]

    [[features]]
    key = "bench/out"
    id_columns = ["sample_id"]
    fields = ["faces"]
    deps = [{ feature = "bench/raw", select = ["path"] }]
  )",
                               GraphFormat::kToml, "workload");
  if (!graph.ok()) {
    std::fprintf(stderr, "%s\n", graph.status().ToString().c_str());
    std::abort();
  }
  return *graph;
}

RootRows::RootRows(uint64_t rows, bool shuffled, bool changed)
    : rows_(rows), shuffled_(shuffled), changed_(changed) {}

Result<bool> RootRows::Read(RowBatch* batch) {
  batch->Clear();
  if (next_ >= rows_) return false;
  for (size_t i = 0; i < kBatchRows && next_ < rows_; ++next_) {
    // A stride that is prime to any number of rows visits each once.
    const uint64_t number = shuffled_ ? next_ * 1'000'000'007 % rows_ : next_;
    if (changed_ && number % 10 != 0) continue;
    AddRow(batch, number);
    ++i;
  }
  return true;
}

void RootRows::AddRow(RowBatch* batch, uint64_t number) {
  const size_t id = batch->AddColumn("sample_id");
  const size_t path = batch->AddColumn("path");
  const size_t size = batch->AddColumn("size");
  const size_t score = batch->AddColumn("score");
  const size_t label = batch->AddColumn("label");
  const size_t hashes = batch->AddColumn(kProvenanceByField);
  char text[64], audio[20], frames[20];
  batch->AddRow();
  batch->Set(id, Value::Int64(static_cast<int64_t>(number)));
  const int length = std::snprintf(text, sizeof(text), "/data/videos/part-%04u/%016llx.mp4",
                                   static_cast<unsigned>(number / 10000),
                                   static_cast<unsigned long long>(Mix(number)));
  batch->Set(path, Value::String({text, static_cast<size_t>(length)}));
  batch->Set(size, Value::Int64(static_cast<int64_t>(Mix(number + 1) >> 34)));
  batch->Set(score, Value::Double(static_cast<double>(Mix(number + 2) >> 40) / (1 << 24)));
  batch->Set(label, Value::String(number % 3 == 0 ? "train" : "validation"));
  batch->SetMap(hashes, {{"audio", Decimal(Mix(3 * number + (changed_ ? 7 : 0)), audio)},
                         {"frames", Decimal(Mix(5 * number), frames)}});
}

Result<bool> ChildRows::Read(RowBatch* batch) {
  batch->Clear();
  const size_t id = batch->AddColumn("sample_id");
  const size_t hashes = batch->AddColumn(kProvenanceByField);
  const size_t faces = batch->AddColumn("faces");
  for (; update_->Valid() && batch->rows() < kBatchRows; update_->Next()) {
    if (update_->change() == Change::kOrphaned) continue;
    const Row& row = update_->row();
    batch->AddRow();
    batch->Set(id, row.Get("sample_id"));
    batch->Set(hashes, row.Get(kProvenanceByField));
    batch->Set(faces, Value::Int64(row.Get("sample_id").int64_value() % 17));
  }
  if (!update_->status().ok()) return update_->status();
  return !batch->empty();
}

}  // namespace diotima
