// Bulk commits from batches, from Arrow and from JSON Lines, beside RocksDB's own ways in.
#include <diotima/arrow_import.h>
#include <diotima/text.h>
#include <rocksdb/sst_file_writer.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "benchmarks/bench_groups.h"
#include "benchmarks/bench_rows.h"
#include "codec/arrow/stream.h"
#include "codec/base/batch_builder.h"
#include "codec/text/read_ahead.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBatchRows = 4096;
constexpr size_t kBatches = 16;

// The rows that are written, made before the clock starts: the same batches come again and again,
// with new ids.
class BatchRows {
 public:
  BatchRows(uint64_t rows, bool shuffled) : rows_(rows), shuffled_(shuffled) {
    RootRows source(kBatchRows * kBatches, /*shuffled=*/false);
    for (RowBatch& batch : batches_) Take(source.Read(&batch));
    id_ = *batches_[0].FindColumn("sample_id");
  }

  // Null at the end; lives until the next call.
  const RowBatch* Next() {
    if (next_ == rows_) return nullptr;
    RowBatch& batch = batches_[next_ / kBatchRows % kBatches];
    if (rows_ - next_ < batch.rows()) return Rest();
    for (size_t i = 0; i < batch.rows(); ++i) BatchBuilder(&batch).SetCell(i, id_, Id());
    return &batch;
  }

 private:
  Value Id() {
    const uint64_t number = shuffled_ ? next_ * 1'000'000'007 % rows_ : next_;
    ++next_;
    return Value::Int64(static_cast<int64_t>(number));
  }
  const RowBatch* Rest() {
    RootRows source(rows_ - next_, /*shuffled=*/false);
    rest_ = RowBatch(batches_[0].columns());
    Take(source.Read(&rest_));
    for (size_t i = 0; i < rest_.rows(); ++i) BatchBuilder(&rest_).SetCell(i, id_, Id());
    return &rest_;
  }

  const uint64_t rows_;
  const bool shuffled_;
  RowBatch batches_[kBatches], rest_;
  size_t id_ = 0;
  uint64_t next_ = 0;
};

uint64_t WriteBatches(Store* store, BatchRows* rows) {
  Commit commit = Take(store->BeginCommit());
  while (const RowBatch* batch = rows->Next()) Check(commit.Append(kRootFeature, *batch));
  return Take(commit.Finish()).rows;
}

class IngestBench {
 public:
  IngestBench(const BenchOptions& options, ResultTable* table)
      : options_(options), table_(*table), path_(options.StorePath("ingest")) {}

  void Run() {
    const Measurement raw = RawTables();
    const Measurement log = RawLog();
    table_.Add("raw SstFileWriter, ingested", raw);
    table_.Add("raw WriteBatch of 1,000", log);
    Batches("bulk write of batches, in key order", false, raw);
    Batches("bulk write of batches, in random order", true, raw);
    Arrow(raw);
    JsonLines(raw);
    SmallCommits(log);
  }

 private:
  // One thread, files of 128 MiB before compression.
  Measurement RawTables() {
    RawRows rows(path_);
    auto engine = Take(Engine::Open(path_, RawOptions(false)));
    return Measure([&] {
      constexpr uint64_t kFileBytes = uint64_t{128} << 20;
      const rocksdb::Options options(engine->db()->GetDBOptions(),
                                     engine->db()->GetOptions(engine->rows()));
      rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), options, engine->rows(), false);
      std::vector<std::string> files;
      uint64_t bytes = 0;
      auto check = [](const rocksdb::Status& status) { Check(FromRocks(status, "raw tables")); };
      for (uint64_t number = 0; number < options_.rows; ++number) {
        const std::string& key = rows.Key(1, number);
        const std::string& value = rows.Value(number);
        if (bytes > kFileBytes) {
          check(writer.Finish());
          bytes = 0;
        }
        if (bytes == 0) {
          files.push_back(engine->TemporaryDirectory() + "/raw" + std::to_string(files.size()));
          check(writer.Open(files.back()));
        }
        bytes += key.size() + value.size();
        check(writer.Put(key, value));
      }
      check(writer.Finish());
      rocksdb::IngestExternalFileOptions ingest;
      ingest.move_files = true;
      check(engine->db()->IngestExternalFile(engine->rows(), files, ingest));
      return options_.rows;
    });
  }

  Measurement RawLog() {
    RawRows rows(path_);
    auto engine = Take(Engine::Open(path_, RawOptions(false)));
    return Measure([&] {
      rocksdb::WriteBatch batch;
      for (uint64_t number = 0; number < options_.rows; ++number) {
        batch.Put(engine->rows(), rows.Key(1, number), rows.Value(number));
        if (batch.Count() < 1000 && number + 1 < options_.rows) continue;
        Check(engine->Commit({.batch = &batch, .tables = {}}, /*sync=*/false));
        batch.Clear();
      }
      return options_.rows;
    });
  }

  void Batches(const std::string& name, bool shuffled, const Measurement& raw) {
    BatchRows rows(options_.rows, shuffled);
    auto store = MakeStore(path_, WorkloadGraph());
    const auto result = Measure([&] { return WriteBatches(store.get(), &rows); });
    table_.Add(name, result, "raw SstFileWriter in key order", raw);
  }

  void Arrow(const Measurement& raw);
  void JsonLines(const Measurement& raw);

  // Through the log.
  void SmallCommits(const Measurement& log) {
    BatchRows rows(options_.rows, false);
    auto store = MakeStore(path_, WorkloadGraph());
    const auto result = Measure([&] {
      WriteOptions write;
      write.sync = false;
      while (const RowBatch* batch = rows.Next()) Take(store->Write(kRootFeature, *batch, write));
      return options_.rows;
    });
    table_.Add("commits of 4,096 rows, not synced", result, "raw WriteBatch of 1,000", log);
  }

  const BenchOptions& options_;
  ResultTable& table_;
  const std::string path_;
};

// Batches as Arrow: the arrays are made before the clock starts, but for those of the ids.
class ArrowRows {
 public:
  explicit ArrowRows(uint64_t rows) : rows_(rows) {
    RootRows source(kBatchRows * kBatches, /*shuffled=*/false);
    auto store_rows = std::make_unique<Source>(&source);
    ArrowArrayStream stream;
    const Schema schema = Source::SchemaOfRows();
    Check(StreamRows(std::move(store_rows), schema, {kBatchRows * kBatches, size_t{1} << 30},
                     &stream));
    if (stream.get_schema(&stream, &schema_) != 0 || stream.get_next(&stream, &chunk_) != 0) {
      std::exit(1);
    }
    stream.release(&stream);
    id_ = 0;
  }
  ~ArrowRows() {
    if (schema_.release != nullptr) schema_.release(&schema_);
    chunk_.release(&chunk_);
  }

  // The stream borrows from this.
  ArrowArrayStream Stream() {
    ArrowArrayStream out{};
    out.private_data = this;
    out.get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
      auto* rows = static_cast<ArrowRows*>(self->private_data);
      *schema = rows->schema_;
      rows->schema_.release = nullptr;
      return 0;
    };
    out.get_next = [](ArrowArrayStream* self, ArrowArray* array) {
      return static_cast<ArrowRows*>(self->private_data)->Next(array);
    };
    out.get_last_error = [](ArrowArrayStream*) { return static_cast<const char*>(nullptr); };
    out.release = [](ArrowArrayStream* self) { self->release = nullptr; };
    return out;
  }

 private:
  // Rows of batches as a source of arrays.
  class Source : public RowSource {
   public:
    explicit Source(RootRows* rows) : rows_(*rows), row_(&batch_, &at_) { Load(); }
    static Schema SchemaOfRows() {
      return Schema({{"sample_id", Type(Kind::kInt64)},
                     {"path", Type(Kind::kString)},
                     {"size", Type(Kind::kInt64)},
                     {"score", Type(Kind::kDouble)},
                     {"label", Type(Kind::kString)},
                     {std::string(kProvenanceByField), *Type::Parse("map<string,string>")}});
    }
    bool Valid() const override { return at_ < batch_.rows(); }
    void Next() override {
      if (++at_ == batch_.rows()) Load();
    }
    Status status() const override { return Status::Ok(); }
    const Row& row() const override { return row_; }

   private:
    class View : public Row {
     public:
      View(const RowBatch* batch, const size_t* at) : batch_(batch), at_(at) {}
      const Schema& schema() const override { return schema_; }
      using Row::Get;
      Value Get(size_t column) const override { return batch_->Get(*at_, column); }

     private:
      const RowBatch* batch_;
      const size_t* at_;
      Schema schema_ = SchemaOfRows();
    };
    void Load() {
      at_ = 0;
      Take(rows_.Read(&batch_));
    }
    RootRows& rows_;
    RowBatch batch_;
    size_t at_ = 0;
    View row_;
  };

  // A view of the chunk with ids of its own.
  struct Piece {
    std::vector<int64_t> ids;
    const void* id_buffers[2] = {nullptr, nullptr};
    ArrowArray id{};
    std::vector<ArrowArray*> children;
    std::vector<ArrowArray> copies;
  };

  int Next(ArrowArray* out) {
    *out = ArrowArray{};
    if (next_ == rows_) return 0;
    const auto count =
        static_cast<int64_t>(std::min<uint64_t>(rows_ - next_, kBatchRows * kBatches));
    auto piece = std::make_unique<Piece>();
    for (int64_t i = 0; i < count; ++i) piece->ids.push_back(static_cast<int64_t>(next_++));
    for (int64_t i = 0; i < chunk_.n_children; ++i) {
      piece->copies.push_back(*chunk_.children[i]);
      piece->copies.back().length = count;
      piece->copies.back().release = [](ArrowArray* array) { array->release = nullptr; };
    }
    piece->id_buffers[1] = piece->ids.data();
    piece->copies[id_].buffers = piece->id_buffers;
    for (auto& copy : piece->copies) piece->children.push_back(&copy);
    *out = chunk_;
    out->length = count;
    out->children = piece->children.data();
    out->private_data = piece.release();
    out->release = [](ArrowArray* array) {
      delete static_cast<Piece*>(array->private_data);
      array->release = nullptr;
    };
    return 0;
  }

  const uint64_t rows_;
  ArrowSchema schema_{};
  ArrowArray chunk_{};
  size_t id_ = 0;
  uint64_t next_ = 0;
};

void IngestBench::Arrow(const Measurement& raw) {
  ArrowRows rows(options_.rows);
  auto store = MakeStore(path_, WorkloadGraph());
  const auto result = Measure([&] {
    ArrowArrayStream stream = rows.Stream();
    return Take(store->Write(kRootFeature, &stream)).rows;
  });
  table_.Add("bulk write from Arrow, in key order", result, "raw SstFileWriter", raw);
}

void IngestBench::JsonLines(const Measurement& raw) {
  const std::string path = options_.directory + "/rows.jsonl";
  std::FILE* file = std::fopen(path.c_str(), "w+");
  if (file == nullptr) std::exit(1);
  {
    RootRows rows(options_.rows, /*shuffled=*/false);
    RowBatch batch;
    std::string text;
    while (Take(rows.Read(&batch))) {
      text.clear();
      AppendJsonLines(batch, &text);
      std::fwrite(text.data(), 1, text.size(), file);
    }
    std::fflush(file);
  }
  const double megabytes = static_cast<double>(fs::file_size(path)) / 1e6;
  auto note = [&](const Measurement& result) {
    char text[128];
    std::snprintf(text, sizeof(text), "%44s %10.0f MB/s of text", "", megabytes / result.seconds);
    table_.Note(text);
  };
  const auto parse = Measure([&] {
    std::rewind(file);
    auto rows = Take(OpenJsonLines(file, {}));
    RowBatch batch;
    uint64_t count = 0;
    while (Take(rows->Read(&batch))) count += batch.rows();
    return count;
  });
  table_.Add("JSON Lines, read into batches (one thread)", parse);
  note(parse);
  auto store = MakeStore(path_, WorkloadGraph());
  const auto write = Measure([&] {
    std::rewind(file);
    ReadAhead rows(Take(OpenJsonLines(file, {})));
    return Take(store->Write(kRootFeature, rows)).rows;
  });
  table_.Add("bulk write from JSON Lines, in key order", write, "raw SstFileWriter", raw);
  note(write);
  std::fclose(file);
  fs::remove(path);
}

}  // namespace

void BenchIngest(const BenchOptions& options, ResultTable* table) {
  IngestBench(options, table).Run();
}

}  // namespace diotima
