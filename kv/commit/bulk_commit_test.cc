// Commits as table files beside the same commits through the log: the rows must be the same.
#include <atomic>
#include <random>

#include "kv/test_store.h"

namespace diotima {
namespace {

// How the rows of the commit come.
struct Case {
  const char* name;
  bool shuffled = false;
  int repeated = 0;  // every so many rows, the sample of an earlier one comes again
  int own_time = 0;  // every so many rows bring a time of their own
  bool versions = false;
};

class BulkCommitTest : public StoreTest, public testing::WithParamInterface<Case> {
 protected:
  static constexpr int kRows = 30'000;
  static constexpr int kBatch = 500;

  // The i-th row that is written.
  void AddRow(int i, RowBatch* batch) {
    const Case& how = GetParam();
    std::mt19937 random(static_cast<unsigned>(i));
    int sample = i;
    if (how.shuffled) sample = static_cast<int>(int64_t{i} * 7919 % kRows);
    if (how.repeated > 0 && i % how.repeated == 0) sample = static_cast<int>(random()) % (i + 1);
    batch->AddRow();
    batch->Set("id", Value::Int64(std::abs(sample)));
    batch->Set("text", std::string(600, 'x') + std::to_string(i));
    batch->SetMap(batch->AddColumn(kProvenanceByField), {{"content", "1"}, {"size", "2"}});
    if (how.own_time > 0 && i % how.own_time == 0) {
      batch->Set(kDeletedAt, Value::Timestamp(100 + i % 5));
    }
    if (how.versions && i % 3 == 0) {
      batch->Set(kFeatureVersion, Value::String(i % 2 == 0 ? "even" : "odd"));
      batch->Set(kProjectVersion, Value::String("p"));
    }
  }

  // Rows in a store before, the commit, one more commit. `between` runs before the commit ends.
  void Write(Store* store, const std::function<void()>& between = nullptr) {
    WriteOptions write;
    write.preserve_feature_version = true;
    ASSERT_OK(store->Write("root", Rows(100, 50, "before"), write));
    auto commit = store->BeginCommit(write);
    ASSERT_OK(commit);
    RowBatch batch;
    for (int i = 0; i < kRows; i += kBatch) {
      batch.Clear();
      for (int j = i; j < i + kBatch; ++j) AddRow(j, &batch);
      const Status status = commit->Append("root", batch);
      ASSERT_OK(status);
    }
    if (between) between();
    const auto result = commit->Finish();
    ASSERT_OK(result);
    EXPECT_EQ(result->rows, static_cast<uint64_t>(kRows));
    ASSERT_OK(store->Write("root", Rows(200, 50, "after"), write));
  }

  std::unique_ptr<Store> OpenAs(const std::string& name, size_t threshold, size_t budget,
                                size_t parallelism) {
    auto options = options_;
    options.clock = [this] { return FromMicros(clock_); };
    options.bulk_commit_threshold = threshold;
    options.memory_budget = budget;
    options.parallelism = parallelism;
    auto store = Store::Open(directory_ + "/" + name, options);
    EXPECT_OK(store);
    return *std::move(store);
  }

  static std::vector<std::string> Read(Store* store, bool history) {
    ReadOptions read;
    read.with_feature_history = read.with_sample_history = read.include_soft_deleted = history;
    auto cursor = store->Read("root", read);
    EXPECT_OK(cursor);
    std::vector<std::string> rows;
    for (; cursor->Valid(); cursor->Next()) {
      const Row& row = cursor->row();
      const Value deleted = row.Get(kDeletedAt);
      rows.push_back(std::to_string(row.Get("id").unchecked_int64()) + " " +
                     std::string(row.Get("text").unchecked_text()) + " " +
                     std::string(row.Get(kFeatureVersion).unchecked_text()) + " " +
                     std::to_string(row.Get(kUpdatedAt).unchecked_timestamp()) + " " +
                     (deleted.null() ? "" : std::to_string(deleted.unchecked_timestamp())));
    }
    EXPECT_OK(cursor->status());
    return rows;
  }

  void ExpectSame(Store* bulk, Store* small) {
    EXPECT_EQ(Read(bulk, false), Read(small, false));
    EXPECT_EQ(Read(bulk, true), Read(small, true));
  }
};

TEST_P(BulkCommitTest, ReadsAsASmallOne) {
  const auto small = OpenAs("small", size_t{1} << 30, size_t{1} << 30, 1);
  Write(small.get());
  int number = 0;
  for (const auto& [budget, parallelism] :
       std::vector<std::pair<size_t, size_t>>{{1 << 20, 1}, {20 << 20, 2}, {1 << 28, 4}}) {
    const auto bulk = OpenAs("bulk" + std::to_string(number++), 1 << 20, budget, parallelism);
    Write(bulk.get());
    EXPECT_TRUE(std::filesystem::is_empty(bulk->path() + "/tmp"));
    ExpectSame(bulk.get(), small.get());
  }
}

TEST_P(BulkCommitTest, AnotherCommitComesFirst) {
  const auto write_between = [](Store* store) {
    ASSERT_OK(store->Write("root", Rows(kRows - 100, 200, "between")));
  };
  const auto small = OpenAs("small", size_t{1} << 30, size_t{1} << 30, 1);
  Write(small.get(), [&] { write_between(small.get()); });
  const auto bulk = OpenAs("bulk", 1 << 20, 20 << 20, 2);
  Write(bulk.get(), [&] { write_between(bulk.get()); });
  ExpectSame(bulk.get(), small.get());
}

TEST_P(BulkCommitTest, ADroppedOneLeavesNothing) {
  const auto store = OpenAs("bulk", 1 << 20, 20 << 20, 2);
  {
    auto commit = store->BeginCommit();
    ASSERT_OK(commit);
    RowBatch batch;
    for (int i = 0; i < kRows; i += kBatch) {
      batch.Clear();
      for (int j = i; j < i + kBatch; ++j) AddRow(j, &batch);
      ASSERT_OK(commit->Append("root", batch));
    }
  }
  EXPECT_TRUE(std::filesystem::is_empty(store->path() + "/tmp"));
  EXPECT_TRUE(store->WrittenFeatures()->empty());
}

TEST_P(BulkCommitTest, OneThatIsStoppedLeavesNothing) {
  const auto store = OpenAs("bulk", 1 << 20, 20 << 20, 2);
  std::atomic<int> calls = 0;
  WriteOptions write;
  write.preserve_feature_version = true;
  write.check = [&] { return ++calls < 3 ? Status::Ok() : Status::IoError("stopped here"); };
  auto commit = store->BeginCommit(write);
  ASSERT_OK(commit);
  RowBatch batch;
  Status status;
  for (int i = 0; i < kRows && status.ok(); i += kBatch) {
    batch.Clear();
    for (int j = i; j < i + kBatch; ++j) AddRow(j, &batch);
    status = commit->Append("root", batch);
  }
  if (status.ok()) status = commit->Finish().status();
  if (status.ok()) {
    // Where rows with times of their own come is seen when the commit has its turn.
    EXPECT_TRUE(GetParam().own_time > 0);
    return;
  }
  ExpectError(status, StatusCode::kIoError, "stopped here");
  EXPECT_TRUE(store->WrittenFeatures()->empty());
}

INSTANTIATE_TEST_SUITE_P(Rows, BulkCommitTest,
                         testing::Values(Case{"Ordered"}, Case{"Shuffled", true},
                                         Case{"MostlyOrdered", false, 97},
                                         Case{"Repeated", true, 3}, Case{"OwnTimes", false, 50, 20},
                                         Case{"OwnTimesShuffled", true, 5, 3},
                                         Case{"Versions", false, 40, 0, true},
                                         Case{"VersionsShuffled", true, 4, 7, true}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace diotima
