#include "benchmarks/bench_rows.h"

#include <diotima/text.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace diotima {
namespace {

constexpr size_t kBatchRows = 4096;

}  // namespace

uint64_t Mix(uint64_t n) {
  // splitmix64
  n += 0x9e3779b97f4a7c15;
  n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9;
  n = (n ^ (n >> 27)) * 0x94d049bb133111eb;
  return n ^ (n >> 31);
}

HashText::HashText(uint64_t number)
    : size_(static_cast<size_t>(std::to_chars(digits_, digits_ + 20, Mix(number)).ptr - digits_)) {}

Graph GraphOf(const char* toml) {
  auto graph = Graph::FromText(toml, GraphFormat::kToml, "workload");
  if (!graph.ok()) {
    std::fprintf(stderr, "%s\n", graph.status().ToString().c_str());
    std::abort();
  }
  return *std::move(graph);
}

Graph WorkloadGraph() {
  return GraphOf(R"(
    [[features]]
    key = "bench/raw"
    id_columns = ["sample_id"]
    fields = ["audio", "frames"]

    [[features]]
    key = "bench/out"
    id_columns = ["sample_id"]
    fields = ["faces"]
    deps = [{ feature = "bench/raw", select = ["path"] }]
  )");
}

void SetUserColumns(RowBatch* batch, uint64_t number) {
  char text[64];
  const int length = std::snprintf(text, sizeof(text), "/data/videos/part-%04u/%016llx.mp4",
                                   static_cast<unsigned>(number / 10000),
                                   static_cast<unsigned long long>(Mix(number)));
  batch->Set("path", Value::String({text, static_cast<size_t>(length)}));
  batch->Set("size", Value::Int64(static_cast<int64_t>(Mix(number + 1) >> 34)));
  batch->Set("score", Value::Double(static_cast<double>(Mix(number + 2) >> 40) / (1 << 24)));
  batch->Set("label", Value::String(number % 3 == 0 ? "train" : "validation"));
}

void AppendJsonLines(const RowBatch& batch, std::string* text) {
  for (size_t row = 0; row < batch.rows(); ++row) {
    for (size_t i = 0; i < batch.columns().size(); ++i) {
      *text += i == 0 ? "{" : ",";
      AppendJsonString(batch.columns()[i], text);
      *text += ":";
      AppendJson(batch.Get(row, i), text);
    }
    *text += "}\n";
  }
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
  batch->AddRow();
  batch->Set("sample_id", Value::Int64(static_cast<int64_t>(number)));
  SetUserColumns(batch, number);
  const HashText audio(3 * number + (changed_ ? 7 : 0)), frames(5 * number);
  batch->SetMap(batch->AddColumn(kProvenanceByField),
                {{"audio", audio.text()}, {"frames", frames.text()}});
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
    batch->Set(faces, Value::Int64(row.Get("sample_id").unchecked_int64() % 17));
  }
  if (!update_->status().ok()) return update_->status();
  return !batch->empty();
}

}  // namespace diotima
