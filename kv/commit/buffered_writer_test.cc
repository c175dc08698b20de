#include <diotima/buffered_writer.h>
#include <sys/wait.h>
#include <unistd.h>

#include <future>
#include <set>
#include <thread>

#include "kv/test_store.h"

namespace diotima {
namespace {

using std::chrono::milliseconds;

class BufferedWriterTest : public StoreTest {
 protected:
  BufferedWriterTest() { EXPECT_OK(Open()); }

  std::unique_ptr<BufferedWriter> Make() {
    auto writer = BufferedWriter::Create(store_.get(), writer_options_);
    EXPECT_OK(writer);
    return *std::move(writer);
  }
  // The texts of a sample's rows, oldest first.
  std::vector<std::string> Texts(int64_t id) {
    ReadOptions read;
    read.with_sample_history = true;
    read.filters = {"id = " + std::to_string(id)};
    auto cursor = store_->Read("root", read);
    std::vector<std::string> texts;
    for (; cursor->Valid(); cursor->Next()) {
      texts.insert(texts.begin(), std::string(cursor->row().Get("text").unchecked_text()));
    }
    EXPECT_OK(cursor->status());
    return texts;
  }

  BufferedWriterOptions writer_options_;
};

TEST_F(BufferedWriterTest, RowsOfManyThreadsComeInTheirOrder) {
  constexpr int kThreads = 8, kRows = 400, kSamples = 10;
  writer_options_.max_rows = 37;
  writer_options_.queue_bytes = 20'000;
  auto writer = Make();
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kRows; ++i) {
        const Status status =
            writer->Put("root", Rows(t * kSamples + i % kSamples, 1, std::to_string(i)));
        ASSERT_OK(status);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  ASSERT_OK(writer->Flush());
  const auto status = writer->status();
  EXPECT_EQ(status.written_rows, static_cast<uint64_t>(kThreads * kRows));
  EXPECT_EQ(status.durable_rows, status.written_rows);
  EXPECT_EQ(status.queued_rows, 0u);
  EXPECT_EQ(status.queued_bytes, 0u);
  EXPECT_GT(status.commits, 10u);
  for (int sample = 0; sample < kThreads * kSamples; ++sample) {
    std::vector<std::string> expected;
    for (int i = sample % kSamples; i < kRows; i += kSamples) expected.push_back(std::to_string(i));
    ASSERT_EQ(Texts(sample), expected);
  }
}

TEST_F(BufferedWriterTest, AFlushIsOneCommitOfAllFeatures) {
  std::vector<WriteResult> commits;
  writer_options_.on_commit = [&](const WriteResult& commit) { commits.push_back(commit); };
  auto writer = Make();
  ASSERT_OK(writer->Put("root", Rows(0, 3)));
  RowBatch child;
  child.AddRow();
  child.Set("id", Value::Int64(1));
  child.SetMap(child.AddColumn(kProvenanceByField), {{"content", "5"}});
  ASSERT_OK(writer->Put("child", child));
  ASSERT_OK(writer->Put("root", Rows(5, 2)));
  ASSERT_OK(writer->Stop());
  ASSERT_EQ(commits.size(), 1u);
  EXPECT_EQ(commits[0].rows, 6u);
  EXPECT_EQ(commits[0].features,
            (std::vector<std::pair<std::string, uint64_t>>{{"root", 5}, {"child", 1}}));
  auto cursor = store_->Read("child");
  EXPECT_EQ(cursor->row().Get(kUpdatedAt).unchecked_timestamp(), Micros(commits[0].commit_time));
}

TEST_F(BufferedWriterTest, LimitsBeginACommit) {
  auto wait_for = [](const BufferedWriter& writer, uint64_t rows) {
    while (writer.status().written_rows < rows) std::this_thread::sleep_for(milliseconds(1));
  };
  writer_options_.max_age = std::chrono::hours(1);
  writer_options_.max_rows = 5;
  {
    auto writer = Make();
    ASSERT_OK(writer->Put("root", Rows(0, 4)));
    ASSERT_OK(writer->Put("root", Rows(4, 1)));
    wait_for(*writer, 5);
  }
  writer_options_.max_rows = 1000;
  writer_options_.max_bytes = 10'000;
  {
    auto writer = Make();
    ASSERT_OK(writer->Put("root", Rows(0, 10, std::string(2000, 'x'))));
    wait_for(*writer, 10);
  }
  writer_options_.max_bytes = 1 << 20;
  writer_options_.max_age = milliseconds(5);
  {
    auto writer = Make();
    ASSERT_OK(writer->Put("root", Rows(0, 1)));
    wait_for(*writer, 1);
    // Not by a flush: it was committed, not synced.
    EXPECT_EQ(writer->status().durable_rows, 0u);
    ASSERT_OK(writer->Flush());
    EXPECT_EQ(writer->status().durable_rows, 1u);
  }
}

TEST_F(BufferedWriterTest, AnErrorIsThatOfThePut) {
  auto writer = Make();
  ExpectError(writer->Put("nothing", Rows(0, 1)), StatusCode::kNotFound, "nothing");
  EXPECT_TRUE(store_->WrittenFeatures()->empty());
  RowBatch bad = Rows(0, 2);
  bad.AddRow();
  bad.Set("id", Value::Int64(7));
  ExpectError(writer->Put("root", bad), StatusCode::kSchemaMismatch, "row 3");
  EXPECT_TRUE(store_->WrittenFeatures()->empty()) << "not even its columns";
  ASSERT_OK(writer->Put("root", Rows(0, 2)));
  RowBatch number = Rows(0, 1);
  number.Set("text", Value::Int64(5));
  ExpectError(writer->Put("root", number), StatusCode::kSchemaMismatch, "text");
  ASSERT_OK(writer->Stop());
  EXPECT_EQ(writer->status().written_rows, 2u);
  EXPECT_EQ(Ids(*store_), (std::vector<int64_t>{0, 1}));
}

TEST_F(BufferedWriterTest, NewColumnsFromManyThreads) {
  constexpr int kThreads = 8, kColumns = 30;
  auto writer = Make();
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int c = 0; c < kColumns; ++c) {
        const std::string column = "c" + std::to_string((c + t) % kColumns);
        ASSERT_OK(writer->Put("root", Rows(t * kColumns + c, 1, column, column)));
      }
    });
  }
  // Others write to the same feature meanwhile.
  for (int i = 0; i < 20; ++i) {
    ASSERT_OK(store_->Write("root", Rows(1000 + i, 1, "d", "d" + std::to_string(i))));
  }
  for (auto& thread : threads) thread.join();
  ASSERT_OK(writer->Stop());
  auto cursor = store_->Read("root");
  uint64_t rows = 0;
  for (; cursor->Valid(); cursor->Next(), ++rows) {
    const int64_t id = cursor->row().Get("id").unchecked_int64();
    std::set<std::string> texts;
    for (const auto& column : cursor->schema().columns()) {
      if (column.name[0] != 'c' && column.name[0] != 'd') continue;
      const Value text = cursor->row().Get(column.name);
      if (!text.null()) texts.insert(std::string(text.unchecked_text()) + " in " + column.name);
    }
    const std::string column =
        id >= 1000 ? "d" + std::to_string(id - 1000)
                   : "c" + std::to_string((id % kColumns + id / kColumns) % kColumns);
    const std::string text = id >= 1000 ? "d" : column;
    EXPECT_EQ(texts, std::set<std::string>{text + " in " + column});
  }
  EXPECT_EQ(rows, static_cast<uint64_t>(kThreads * kColumns + 20));
}

// The background thread is held in a callback while the queue fills.
TEST_F(BufferedWriterTest, AFullQueue) {
  std::promise<void> held, go_on;
  auto released = go_on.get_future().share();
  bool first = true;
  writer_options_.on_commit = [&](const WriteResult&) {
    if (std::exchange(first, false)) held.set_value();
    released.wait();
  };
  writer_options_.max_rows = 1;
  writer_options_.queue_bytes = 1000;
  writer_options_.when_full = BufferedWriterOptions::WhenFull::kBusy;
  const RowBatch large = Rows(1, 1, std::string(700, 'x'));
  {
    auto writer = Make();
    ASSERT_OK(writer->Put("root", Rows(0, 1, std::string(5000, 'x')))) << "nothing else";
    held.get_future().wait();
    ASSERT_OK(writer->Put("root", large));
    ExpectError(writer->Put("root", large), StatusCode::kBusy, "full with 1 rows");
    ExpectError(writer->Flush(milliseconds(5)), StatusCode::kTimedOut, "rows are not on the disk");
    go_on.set_value();
    ASSERT_OK(writer->Flush());
    ASSERT_OK(writer->Put("root", large));
  }
  EXPECT_EQ(Ids(*store_).size(), 2u);

  held = {};
  go_on = {};
  released = go_on.get_future().share();
  first = true;
  writer_options_.when_full = BufferedWriterOptions::WhenFull::kTimeout;
  writer_options_.put_timeout = milliseconds(5);
  auto writer = Make();
  ASSERT_OK(writer->Put("root", large));
  held.get_future().wait();
  ASSERT_OK(writer->Put("root", large));
  ExpectError(writer->Put("root", large), StatusCode::kTimedOut, "full");
  go_on.set_value();
  ASSERT_OK(writer->Flush());
  ASSERT_OK(writer->Put("root", large));
}

TEST_F(BufferedWriterTest, StopDrainsAndRefuses) {
  auto writer = Make();
  ASSERT_OK(writer->Put("root", Rows(0, 10)));
  EXPECT_GT(writer->status().queued_rows, 0u);
  ASSERT_OK(writer->Stop());
  EXPECT_EQ(writer->status().durable_rows, 10u);
  ExpectError(writer->Put("root", Rows(10, 1)), StatusCode::kClosed, "stopped");
  ASSERT_OK(writer->Stop());
  EXPECT_EQ(Ids(*store_).size(), 10u);
  writer = Make();
  ASSERT_OK(writer->Put("root", Rows(10, 10)));
  writer.reset();
  EXPECT_EQ(Ids(*store_).size(), 20u);
}

TEST_F(BufferedWriterTest, RowsOfACursor) {
  ASSERT_OK(store_->Write("root", Rows(0, 5)));
  auto writer = Make();
  auto update = store_->ResolveUpdate("child");
  ASSERT_OK(update);
  for (; update->Valid(); update->Next()) ASSERT_OK(writer->Put("child", update->row()));
  ASSERT_OK(update->status());
  ASSERT_OK(writer->Flush());
  auto again = store_->ResolveUpdate("child");
  EXPECT_FALSE(again->Valid());
}

TEST_F(BufferedWriterTest, ReadOnlyStoresAndLimitsOfZeroAreRefused) {
  writer_options_.max_rows = 0;
  ExpectError(BufferedWriter::Create(store_.get(), writer_options_).status(),
              StatusCode::kInvalidArgument, "max_rows");
  writer_options_.max_rows = 1;
  options_.read_only = true;
  ASSERT_OK(Open());
  ExpectError(BufferedWriter::Create(store_.get(), writer_options_).status(), StatusCode::kReadOnly,
              "read-only");
}

TEST_F(BufferedWriterTest, AForkedProcessIsRefused) {
  auto writer = Make();
  ASSERT_OK(writer->Put("root", Rows(0, 3)));
  const pid_t child = fork();
  if (child == 0) {
    const bool refused = writer->Put("root", Rows(9, 1)).code() == StatusCode::kClosed &&
                         writer->Flush().code() == StatusCode::kClosed &&
                         writer->Stop().code() == StatusCode::kClosed &&
                         writer->status().last_error.code() == StatusCode::kClosed;
    writer.reset();
    _exit(refused ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ASSERT_OK(writer->Stop());
  EXPECT_EQ(Ids(*store_).size(), 3u);
}

}  // namespace
}  // namespace diotima
