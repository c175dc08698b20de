// Resolve for aggregation, for expansion and for eight upstream features.
#include <algorithm>
#include <functional>

#include "benchmarks/bench_groups.h"
#include "benchmarks/bench_rows.h"

namespace diotima {
namespace {

constexpr uint64_t kMembers = 100;  // of a group, or children of a parent
constexpr uint64_t kUpstreams = 8;
constexpr size_t kBatchRows = 4096;

// Videos have clips, in either order of key, and are made of them; frames are made of videos.
Graph LineageGraph() {
  return GraphOf(R"(
    [[features]]
    key = "clips"
    id_columns = ["video", "clip"]
    fields = ["audio", "frames"]

    [[features]]
    key = "videos"
    id_columns = ["video"]
    fields = ["summary"]
    deps = [{ feature = "clips", select = [], lineage = { type = "aggregation", on = ["video"] } }]

    [[features]]
    key = "clips_by_clip"
    id_columns = ["clip", "video"]
    fields = ["audio", "frames"]

    [[features]]
    key = "videos_by_clip"
    id_columns = ["video"]
    fields = ["summary"]
    deps = [{ feature = "clips_by_clip", select = [],
              lineage = { type = "aggregation", on = ["video"] } }]

    [[features]]
    key = "parents"
    id_columns = ["video"]
    fields = ["content"]

    [[features]]
    key = "children"
    id_columns = ["video", "frame"]
    fields = ["pixels"]
    deps = [{ feature = "parents", select = ["path"],
              lineage = { type = "expansion", on = ["video"] } }]
  )");
}

std::string UpstreamName(uint64_t number) { return "wide/in" + std::to_string(number); }

Graph WideGraph() {
  std::string text, deps;
  for (uint64_t i = 0; i < kUpstreams; ++i) {
    text += "[[features]]\nkey = \"" + UpstreamName(i) +
            "\"\nid_columns = [\"sample_id\"]\nfields = [\"data\"]\n";
    deps +=
        std::string(i == 0 ? "" : ", ") + "{ feature = \"" + UpstreamName(i) + "\", select = [] }";
  }
  text +=
      "[[features]]\nkey = \"wide/out\"\nid_columns = [\"sample_id\"]\nfields = [\"all\"]\n"
      "deps = [" +
      deps + "]\n";
  return GraphOf(text.c_str());
}

// `count` rows of which `set` makes the `number`-th.
class CountedRows : public RowReader {
 public:
  using SetRow = std::function<void(RowBatch*, uint64_t)>;
  CountedRows(uint64_t count, SetRow set) : count_(count), set_(std::move(set)) {}
  Result<bool> Read(RowBatch* batch) override {
    batch->Clear();
    for (; next_ < count_ && batch->rows() < kBatchRows; ++next_) {
      batch->AddRow();
      set_(batch, next_);
    }
    return !batch->empty();
  }

 private:
  const uint64_t count_;
  const SetRow set_;
  uint64_t next_ = 0;
};

// What an update says is new as rows to write: one for each value of `key`, or that many children.
class ComputedRows : public RowReader {
 public:
  ComputedRows(UpdateCursor* update, std::string key, uint64_t children)
      : update_(update), key_(std::move(key)), children_(children) {}

  Result<bool> Read(RowBatch* batch) override {
    batch->Clear();
    for (; update_->Valid() && batch->rows() < kBatchRows; update_->Next()) {
      const int64_t id = update_->row().Get(key_).unchecked_int64();
      if (id == last_) continue;
      last_ = id;
      for (uint64_t i = 0; i < std::max<uint64_t>(children_, 1); ++i) AddRow(batch, id, i);
    }
    if (!update_->status().ok()) return update_->status();
    return !batch->empty();
  }

 private:
  void AddRow(RowBatch* batch, int64_t id, uint64_t child) {
    batch->AddRow();
    batch->Set(key_, Value::Int64(id));
    if (children_ > 0) batch->Set("frame", Value::Int64(static_cast<int64_t>(child)));
    batch->Set("found", Value::Int64(id % 17));
    batch->Set(kProvenanceByField, update_->row().Get(kProvenanceByField));
  }

  UpdateCursor* const update_;
  const std::string key_;
  const uint64_t children_;
  int64_t last_ = -1;
};

// A store in which one feature is resolved.
class LineageBench {
 public:
  LineageBench(const BenchOptions& options, ResultTable* table, const std::string& name,
               Graph graph)
      : options_(options),
        table_(*table),
        path_(options.StorePath(name)),
        graph_(std::move(graph)) {
    MakeStore(path_, graph_);
  }

  void Write(const std::string& feature, uint64_t rows, CountedRows::SetRow set) {
    CountedRows reader(rows, std::move(set));
    Take(OpenStore(path_, graph_)->Write(feature, reader));
  }

  // Writes what is new.
  void Compute(const std::string& feature, const std::string& key, uint64_t children) {
    auto store = OpenStore(path_, graph_);
    auto update = Take(store->ResolveUpdate(feature));
    ComputedRows rows(&update, key, children);
    Take(store->Write(feature, rows));
  }

  void Resolve(const std::string& operation, const std::string& feature, uint32_t features) {
    const Measurement raw = RawScan(path_, features, options_.times);
    auto store = OpenStore(path_, graph_);
    const Measurement result = MeasureBest(options_.times, [&] {
      ResolveAll(store.get(), feature);
      return raw.rows;
    });
    table_.Add(operation, result, "the raw scan of its inputs", raw);
  }

 private:
  const BenchOptions& options_;
  ResultTable& table_;
  const std::string path_;
  const Graph graph_;
};

void SetClip(RowBatch* batch, uint64_t video, uint64_t clip) {
  const uint64_t number = video * kMembers + clip;
  batch->Set("video", Value::Int64(static_cast<int64_t>(video)));
  batch->Set("clip", Value::Int64(static_cast<int64_t>(clip)));
  SetUserColumns(batch, number);
  const HashText audio(3 * number), frames(5 * number);
  batch->SetMap(batch->AddColumn(kProvenanceByField),
                {{"audio", audio.text()}, {"frames", frames.text()}});
}

void Aggregation(const BenchOptions& options, ResultTable* table) {
  const uint64_t videos = std::max<uint64_t>(options.rows / kMembers, 1);
  {
    LineageBench bench(options, table, "aggregation", LineageGraph());
    bench.Write("clips", videos * kMembers, [](RowBatch* batch, uint64_t number) {
      SetClip(batch, number / kMembers, number % kMembers);
    });
    bench.Resolve("resolve, aggregation of 100, all new", "videos", 1);
    bench.Compute("videos", "video", 0);
    bench.Resolve("resolve, aggregation of 100, nothing changed", "videos", 2);
  }
  LineageBench bench(options, table, "aggregation sorted", LineageGraph());
  bench.Write("clips_by_clip", videos * kMembers, [=](RowBatch* batch, uint64_t number) {
    SetClip(batch, number % videos, number / videos);
  });
  bench.Resolve("resolve, aggregation of 100, sorted, all new", "videos_by_clip", 1);
}

void Expansion(const BenchOptions& options, ResultTable* table) {
  LineageBench bench(options, table, "expansion", LineageGraph());
  const uint64_t parents = std::max<uint64_t>(options.rows / kMembers, 1);
  bench.Write("parents", parents, [](RowBatch* batch, uint64_t number) {
    batch->Set("video", Value::Int64(static_cast<int64_t>(number)));
    SetUserColumns(batch, number);
    const HashText content(number);
    batch->SetMap(batch->AddColumn(kProvenanceByField), {{"content", content.text()}});
  });
  bench.Compute("children", "video", kMembers);
  bench.Resolve("resolve, expansion to 100, nothing changed", "children", 2);
}

void Wide(const BenchOptions& options, ResultTable* table) {
  LineageBench bench(options, table, "wide", WideGraph());
  const uint64_t rows = std::max<uint64_t>(options.rows / kUpstreams, 1);
  for (uint64_t i = 0; i < kUpstreams; ++i) {
    bench.Write(UpstreamName(i), rows, [=](RowBatch* batch, uint64_t number) {
      batch->Set("sample_id", Value::Int64(static_cast<int64_t>(number)));
      SetUserColumns(batch, number);
      const HashText data(number * kUpstreams + i);
      batch->SetMap(batch->AddColumn(kProvenanceByField), {{"data", data.text()}});
    });
  }
  bench.Resolve("resolve, 8 upstream features, all new", "wide/out", kUpstreams);
  bench.Compute("wide/out", "sample_id", 0);
  bench.Resolve("resolve, 8 upstream features, unchanged", "wide/out", kUpstreams + 1);
}

}  // namespace

void BenchLineage(const BenchOptions& options, ResultTable* table) {
  Aggregation(options, table);
  Expansion(options, table);
  Wide(options, table);
}

}  // namespace diotima
