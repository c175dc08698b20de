// Commits of many threads: each is whole, and they become visible in the order of their times.
#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "kv/core.h"
#include "kv/test_store.h"

namespace diotima {
namespace {

class CommitterTest : public StoreTest {
 protected:
  CommitterTest() {
    options_.clock = nullptr;
    EXPECT_OK(Open());
  }

  // The commit times of all rows that a read sees, and how many rows each has.
  std::map<int64_t, int> TimesSeen() {
    ReadOptions read;
    read.with_sample_history = true;
    std::map<int64_t, int> times;
    auto cursor = store_->Read("root", read);
    if (!cursor.ok()) return times;  // never written yet
    for (; cursor->Valid(); cursor->Next()) {
      ++times[cursor->row().Get(kUpdatedAt).unchecked_timestamp()];
    }
    EXPECT_OK(cursor->status());
    return times;
  }
};

TEST_F(CommitterTest, VisibleInTheOrderOfTheirTimes) {
  constexpr int kThreads = 6, kCommits = 60, kRows = 3;
  std::atomic<int> writing = kThreads;
  std::mutex mutex;
  std::set<int64_t> written;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCommits; ++i) {
        WriteOptions options;
        options.sync = i % 8 == 0;
        // New columns now and then: some commits change the catalog, too.
        const std::string column = i % 10 == 0 ? "c" + std::to_string(t * 100 + i) : "text";
        const auto result = store_->Write("root", Rows(t, kRows, "t", column), options);
        ASSERT_OK(result);
        const std::lock_guard lock(mutex);
        EXPECT_TRUE(written.insert(Micros(result->commit_time)).second)
            << "a time was given out twice";
      }
      --writing;
    });
  }
  std::vector<std::map<int64_t, int>> seen;
  while (writing > 0) seen.push_back(TimesSeen());
  for (auto& thread : threads) thread.join();
  seen.push_back(TimesSeen());
  EXPECT_EQ(seen.back().size(), written.size());
  for (const auto& times : seen) {
    auto expected = written.begin();
    for (const auto& [time, rows] : times) {
      EXPECT_EQ(time, *expected++) << "a later commit was visible before this one";
      EXPECT_EQ(rows, kRows) << "a commit was visible in part";
    }
  }
}

TEST_F(CommitterTest, OneThatDoesNotFitFailsAlone) {
  ASSERT_OK(store_->Write("root", Rows(0, 1)));
  std::atomic<int> bad = 0, good = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        RowBatch rows = Rows(t * 100 + i, 1);
        if (i % 2 == 0) rows.Set("text", Value::Int64(1));
        store_->Write("root", rows).ok() ? ++good : ++bad;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 100);
  EXPECT_EQ(bad, 100);
  EXPECT_EQ(Ids(*store_).size(), 101u);
}

TEST_F(CommitterTest, ThePositionOfTheLogRisesWithEachCommit) {
  Engine& engine = *StoreAccess::Core(*store_)->engine;
  uint64_t position = engine.position();
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK(store_->Write("root", Rows(i, 1)));
    EXPECT_GT(engine.position(), position);
    position = engine.position();
  }
  ASSERT_OK(store_->Read("root"));
  EXPECT_EQ(engine.position(), position);
  options_.bulk_commit_threshold = 1;  // table files
  ASSERT_OK(Open());
  Engine& reopened = *StoreAccess::Core(*store_)->engine;
  const uint64_t before = reopened.position();
  ASSERT_OK(store_->Write("root", Rows(10, 100)));
  EXPECT_GT(reopened.position(), before);
  EXPECT_FALSE(*reopened.Refresh()) << "nobody else writes to a local store";
}

}  // namespace
}  // namespace diotima
