// A file system that fails: what was acknowledged is there, once, in order.
#include <diotima/buffered_writer.h>

#include <map>
#include <thread>

#include "kv/disk/commit_mark.h"
#include "kv/disk/fault_file_system.h"
#include "kv/open_store.h"
#include "kv/test_store.h"

namespace diotima {
namespace {

using std::chrono::milliseconds;

constexpr int kThreads = 4;
constexpr int kSamples = 5;  // of each thread

class FaultyStore : public StoreTest {
 protected:
  FaultyStore() {
    options_.clock = nullptr;
    options_.tuning.write_buffer_size = 64 << 10;
  }

  void OpenFaulty(int seed) {
    store_.reset();
    faults_ = std::make_shared<FaultFileSystem>(static_cast<unsigned>(seed));
    env_ = rocksdb::NewCompositeEnv(faults_);
    auto store = OpenCore(Path(), options_, env_.get());
    ASSERT_OK(store);
    store_ = StoreAccess::Make(*std::move(store));
    ASSERT_OK(store_->Write("root", Rows(-1, 1, "first")));
  }
  ~FaultyStore() override { store_.reset(); }

  std::unique_ptr<BufferedWriter> Writer(bool sync) {
    BufferedWriterOptions options;
    options.max_rows = 20;
    options.max_age = milliseconds(1);
    options.min_backoff = options.max_backoff = milliseconds(1);
    options.stop_timeout = milliseconds(20);
    options.sync = sync;
    auto writer = BufferedWriter::Create(store_.get(), options);
    EXPECT_OK(writer);
    return *std::move(writer);
  }

  // Each thread writes to its own samples, and stops when `write` fails.
  static void Write(int rows, const std::function<Status(const RowBatch&)>& write) {
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < rows; ++i) {
          const int sample = t * kSamples + i % kSamples;
          if (!write(Rows(sample, 1, std::to_string(i) + std::string(200, ' '))).ok()) return;
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }

  // The numbers of a sample's rows, in the order in which they were committed.
  std::map<int64_t, std::vector<int>> History() {
    ReadOptions read;
    read.with_sample_history = true;
    read.filters = {"id >= 0"};
    std::map<int64_t, std::vector<int>> history;
    auto cursor = store_->Read("root", read);
    EXPECT_OK(cursor);
    for (; cursor->Valid(); cursor->Next()) {
      auto& rows = history[cursor->row().Get("id").unchecked_int64()];
      rows.insert(rows.begin(), std::stoi(std::string(cursor->row().Get("text").unchecked_text())));
    }
    EXPECT_OK(cursor->status());
    return history;
  }
  // Each sample has its rows once and in order, the first of them at least up to number `rows`.
  void ExpectHistory(int at_least, int at_most) {
    const auto history = History();
    for (int sample = 0; sample < kThreads * kSamples; ++sample) {
      const auto it = history.find(sample);
      const auto rows = it == history.end() ? std::vector<int>() : it->second;
      EXPECT_GE(rows.size(), static_cast<size_t>(at_least / kSamples));
      EXPECT_LE(rows.size(), static_cast<size_t>(at_most / kSamples));
      for (size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(rows[i], static_cast<int>(i) * kSamples + sample % kSamples)
            << "sample " << sample << " of " << rows.size() << " rows";
      }
    }
  }

  std::shared_ptr<FaultFileSystem> faults_;
  std::unique_ptr<rocksdb::Env> env_;
};

// By random seed.
class FaultTest : public FaultyStore, public testing::WithParamInterface<int> {
 protected:
  FaultTest() { OpenFaulty(); }
  void OpenFaulty() { FaultyStore::OpenFaulty(GetParam()); }
};

TEST_P(FaultTest, TheWriterRecoversAndWritesEachRowOnce) {
  constexpr int kRows = 500;
  for (const bool sync : {false, true}) {
    SCOPED_TRACE(sync);
    store_.reset();
    std::filesystem::remove_all(Path());
    OpenFaulty();
    auto writer = Writer(sync);
    faults_->OnlyFilesFail(".log");
    faults_->SetFaults(60);
    Write(kRows, [&](const RowBatch& row) { return writer->Put("root", row); });
    while (writer->status().failed_attempts == 0) (void)writer->Put("root", Rows(-1, 1, "more"));
    (void)writer->Flush(milliseconds(20));
    faults_->SetFaults(0);
    const Status flushed = writer->Flush();
    ASSERT_OK(flushed);
    EXPECT_GT(writer->status().failed_attempts, 0u);
    EXPECT_FALSE(writer->status().failing);
    EXPECT_EQ(writer->status().last_error.code(), StatusCode::kIoError);
    ExpectHistory(kRows, kRows);
    writer.reset();
    ASSERT_OK(Open());
    ExpectHistory(kRows, kRows);
  }
}

TEST_P(FaultTest, ABulkCommitIsWholeOrNotThere) {
  options_.bulk_commit_threshold = 100'000;
  OpenFaulty();
  const RowBatch rows = Rows(0, 1000, std::string(300, 'x'));
  faults_->OnlyFilesFail(".sst");
  faults_->SetFaults(50);
  int failed = 0;
  for (int attempt = 0; attempt < 30; ++attempt) {
    const size_t before = Ids(*store_).size();
    const auto result = store_->Write("root", rows);
    if (!result.ok()) {
      ++failed;
      EXPECT_EQ(result.status().code(), StatusCode::kIoError) << result.status().ToString();
    }
    EXPECT_EQ(Ids(*store_).size(), result.ok() ? 1001u : before);
  }
  EXPECT_GT(failed, 0);
  faults_->SetFaults(0);
  auto result = store_->Write("root", rows);
  // While it recovers.
  while (!result.ok()) result = store_->Write("root", rows);
  ASSERT_OK(Open());
  EXPECT_EQ(Ids(*store_).size(), 1001u);
  EXPECT_EQ(
      store_->Read("root", {.filters = {"id = 5"}})->row().Get(kUpdatedAt).unchecked_timestamp(),
      Micros(result->commit_time));
}

// Of rows that would be a bulk commit, in the order of keys (made into files as they come) and not.
TEST_F(FaultyStore, TheWriterRecoversWhenMuchHasGathered) {
  options_.bulk_commit_threshold = 20'000;
  options_.memory_budget = 100'000;
  for (const bool ascending : {true, false}) {
    SCOPED_TRACE(ascending);
    store_.reset();
    std::filesystem::remove_all(Path());
    OpenFaulty(/*seed=*/1);
    RowBatch rows;
    for (int i = 0; i < 1000; ++i) {
      rows.AddRow();
      rows.Set("id", Value::Int64(ascending ? i : 999 - i));
      rows.Set("text", std::string(200, 'x'));
      rows.SetMap(rows.AddColumn(kProvenanceByField), {{"content", "1"}, {"size", "2"}});
    }
    auto writer = Writer(/*sync=*/false);
    faults_->SetFaults(1000);
    const Status put = writer->Put("root", rows);
    EXPECT_OK(put);
    while (writer->status().failed_attempts < 3) std::this_thread::sleep_for(milliseconds(1));
    faults_->SetFaults(0);
    const Status flushed = writer->Flush(milliseconds(20'000));
    EXPECT_OK(flushed);
    EXPECT_EQ(writer->status().written_rows, 1000u);
    EXPECT_EQ(Ids(*store_, {.filters = {"id >= 0"}}).size(), 1000u);
  }
}

// By the log, and by table files.
TEST_F(FaultyStore, AFullDiskIsOutOfSpaceUntilThereIsRoom) {
  for (const bool bulk : {false, true}) {
    SCOPED_TRACE(bulk);
    store_.reset();
    std::filesystem::remove_all(Path());
    options_.bulk_commit_threshold = bulk ? 1 : 16 << 20;
    OpenFaulty(/*seed=*/1);
    faults_->FillTheDisk();
    faults_->SetFaults(1000);
    for (int attempt = 0; attempt < 3; ++attempt) {
      ExpectError(store_->Write("root", Rows(0, 100)).status(), StatusCode::kOutOfSpace,
                  "the disk is full");
    }
    faults_->SetFaults(0);
    Status written;
    for (int attempt = 0; attempt < 2000; ++attempt) {
      written = store_->Write("root", Rows(0, 100)).status();
      if (written.ok()) break;
      EXPECT_EQ(written.code(), StatusCode::kOutOfSpace) << written.ToString();
      std::this_thread::sleep_for(milliseconds(5));  // while it recovers
    }
    EXPECT_OK(written);
    ASSERT_OK(Open());
    EXPECT_EQ(Ids(*store_).size(), 101u);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, FaultTest, testing::Range(1, 6));

TEST_F(FaultyStore, ClosesWhileTheDiskFails) {
  OpenFaulty(/*seed=*/1);
  faults_->SetFaults(1000);
  EXPECT_FALSE(store_->Write("root", Rows(0, 1)).ok());
  store_.reset();
  ASSERT_OK(Open());
  EXPECT_EQ(Ids(*store_), std::vector<int64_t>{-1});
}

// A commit that was never synced could otherwise be called lost.
TEST_F(FaultyStore, ClosingOnAFailingDiskNotesNothingAsDurable) {
  OpenFaulty(/*seed=*/1);
  ASSERT_OK(store_->Write("root", Rows(0, 1), {.sync = false}));
  const auto marked = CommitMark::Read(Path());
  faults_->SetFaults(1000);
  EXPECT_FALSE(store_->Write("root", Rows(1, 1)).ok());
  store_.reset();
  EXPECT_EQ(CommitMark::Read(Path()), marked);
}

}  // namespace
}  // namespace diotima
