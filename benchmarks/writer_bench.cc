// The buffered writer with several producers, beside a plain loop of WriteBatch.
#include <diotima/buffered_writer.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "benchmarks/bench_groups.h"
#include "benchmarks/bench_rows.h"
#include "codec/base/batch_builder.h"

namespace diotima {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kPrepared = 1024;

// Rows of one batch each, as a service has them at hand; ids are set as they are put.
class Producer {
 public:
  Producer(uint64_t first, uint64_t rows) : first_(first), rows_(rows) {
    RootRows source(kPrepared, /*shuffled=*/false);
    RowBatch all;
    Take(source.Read(&all));
    id_ = *all.FindColumn("sample_id");
    for (size_t row = 0; row < kPrepared; ++row) {
      RowBatch one(all.columns());
      one.AddRow();
      for (size_t i = 0; i < all.columns().size(); ++i) one.Set(i, all.Get(row, i));
      batches_.push_back(std::move(one));
    }
    nanoseconds_.reserve(rows);
  }

  // At most `pace` rows a second; 0: as many as go.
  void Run(BufferedWriter* writer, uint64_t pace) {
    constexpr uint64_t kAtOnce = 50;
    const auto begin = Clock::now();
    for (uint64_t i = 0; i < rows_; ++i) {
      if (pace > 0 && i % kAtOnce == 0) {
        std::this_thread::sleep_until(begin + i * std::chrono::nanoseconds(1'000'000'000 / pace));
      }
      RowBatch& row = batches_[i % kPrepared];
      BatchBuilder(&row).SetCell(0, id_, Value::Int64(static_cast<int64_t>(first_ + i)));
      const auto start = Clock::now();
      Check(writer->Put(kRootFeature, row));
      nanoseconds_.push_back(
          static_cast<uint32_t>(std::min<int64_t>((Clock::now() - start).count(), UINT32_MAX)));
    }
  }
  const std::vector<uint32_t>& nanoseconds() const { return nanoseconds_; }

 private:
  const uint64_t first_, rows_;
  size_t id_ = 0;
  std::vector<RowBatch> batches_;
  std::vector<uint32_t> nanoseconds_;
};

class WriterBench {
 public:
  WriterBench(const BenchOptions& options, ResultTable* table)
      : options_(options), table_(*table), path_(options.StorePath("writer")) {}

  void Run() {
    for (const bool sync : {false, true}) {
      for (const size_t producers : {1, 4, 16}) {
        const std::string name =
            ", " + std::to_string(producers) + " producers" + (sync ? ", synced" : "");
        const Measurement raw = RawLog(producers, sync);
        table_.Add("raw WriteBatch of 10,000" + name, raw);
        table_.Add("buffered writer" + name, Put(producers, sync, /*pace=*/0),
                   "raw WriteBatch of the same rows", raw);
        NoteLatencies("");
      }
    }
    constexpr uint64_t kPace = 100'000;
    for (const size_t producers : {1, 4, 16}) {
      Put(producers, /*sync=*/false, kPace / producers);
      NoteLatencies(std::to_string(producers) + " producers, 100,000 rows/s in all");
    }
  }

 private:
  // One thread writes the rows of all producers, in turns.
  Measurement RawLog(size_t producers, bool sync) {
    RawRows rows(path_);
    auto engine = Take(Engine::Open(path_, RawOptions(false)));
    return Measure([&] {
      rocksdb::WriteBatch batch;
      for (uint64_t i = 0; i < options_.rows; ++i) {
        const uint64_t id = i % producers * options_.rows + i / producers;
        batch.Put(engine->rows(), rows.Key(1, id), rows.Value(id));
        if (batch.Count() < 10'000 && i + 1 < options_.rows) continue;
        Check(engine->Commit({.batch = &batch, .tables = {}}, sync));
        batch.Clear();
      }
      Check(engine->SyncLog());
      return options_.rows;
    });
  }

  // `pace`: of each producer. The paced ones write fewer rows.
  Measurement Put(size_t count, bool sync, uint64_t pace) {
    const uint64_t rows =
        (pace > 0 ? std::min<uint64_t>(options_.rows, 300'000) : options_.rows) / count;
    producers_.clear();
    for (size_t i = 0; i < count; ++i) {
      producers_.push_back(std::make_unique<Producer>(i * options_.rows, rows));
    }
    auto store = MakeStore(path_, WorkloadGraph());
    BufferedWriterOptions options;
    options.sync = sync;
    auto writer = Take(BufferedWriter::Create(store.get(), options));
    return Measure([&] {
      std::vector<std::thread> threads;
      for (auto& producer : producers_) {
        threads.emplace_back([&] { producer->Run(writer.get(), pace); });
      }
      for (auto& thread : threads) thread.join();
      Check(writer->Flush());
      return rows * count;
    });
  }

  void NoteLatencies(const std::string& name) {
    std::vector<uint32_t> all;
    for (const auto& producer : producers_) {
      all.insert(all.end(), producer->nanoseconds().begin(), producer->nanoseconds().end());
    }
    std::sort(all.begin(), all.end());
    auto micros = [&](double share) {
      const auto place = static_cast<size_t>(share * static_cast<double>(all.size() - 1));
      return all[place] / 1000.0;
    };
    char text[200];
    std::snprintf(text, sizeof(text),
                  "%44s Put takes p50 %.1f us, p90 %.1f us, p99 %.1f us, max %.0f us", name.c_str(),
                  micros(0.5), micros(0.9), micros(0.99), micros(1));
    table_.Note(text);
  }

  const BenchOptions& options_;
  ResultTable& table_;
  const std::string path_;
  std::vector<std::unique_ptr<Producer>> producers_;
};

}  // namespace

void BenchWriter(const BenchOptions& options, ResultTable* table) {
  WriterBench(options, table).Run();
}

}  // namespace diotima
