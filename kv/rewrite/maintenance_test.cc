// Hard deletes of many rows, compaction, purges.
#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include "codec/base/batch_builder.h"
#include "kv/test_store.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

class MaintenanceTest : public StoreTest {
 protected:
  MaintenanceTest() {
    clock_ = 1'000'000;
    options_.tuning.write_buffer_size = 64 << 10;
  }

  // Rows of `root` with history too, newest first of each sample: "id:text".
  std::vector<std::string> History() {
    ReadOptions read;
    read.with_sample_history = true;
    read.include_soft_deleted = true;
    auto cursor = store_->Read("root", read);
    EXPECT_OK(cursor);
    std::vector<std::string> rows;
    for (; cursor->Valid(); cursor->Next()) {
      const Row& row = cursor->row();
      rows.push_back(std::to_string(row.Get("id").unchecked_int64()) + ":" +
                     std::string(row.Get("text").unchecked_text()) +
                     (row.Get(kDeletedAt).null() ? "" : ":deleted"));
    }
    EXPECT_OK(cursor->status());
    return rows;
  }
  int64_t WriteAt(int64_t time, int first, int count, const std::string& text) {
    clock_ = time;
    auto result = store_->Write("root", Rows(first, count, text));
    EXPECT_OK(result);
    return Micros(result->commit_time);
  }
  Result<PurgeResult> Purge(PurgeOptions options) { return store_->Purge(options); }
  DeleteOptions Hard(const std::string& filter) {
    DeleteOptions options;
    options.mode = DeleteMode::kHard;
    if (!filter.empty()) options.filters = {filter};
    return options;
  }
  bool AnyFileHas(const std::string& bytes) {
    for (const auto& entry : fs::recursive_directory_iterator(Path())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string text((std::istreambuf_iterator<char>(file)), {});
      if (text.find(bytes) != std::string::npos) return true;
    }
    return false;
  }
};

using Texts = std::vector<std::string>;

// Runs of all lengths about the one where a range takes over, in the log and in table files.
TEST_F(MaintenanceTest, RunsOfRowsGoAsRanges) {
  for (const size_t threshold : {size_t{0}, size_t{16} << 20}) {
    SCOPED_TRACE(threshold);
    store_.reset();
    fs::remove_all(Path());
    options_.bulk_commit_threshold = threshold;
    ASSERT_OK(Open());
    RowBatch rows;
    std::vector<int64_t> left;
    int id = 0;
    std::mt19937 random(7);
    for (int run : {1, 31, 32, 33, 34, 100, 1, 2, 500, 33, 32}) {
      for (int i = 0; i < run; ++i) {
        rows.AddRow();
        rows.Set("id", Value::Int64(id++));
        rows.Set("text", Value::String("goes"));
        rows.SetMap(rows.AddColumn(kProvenanceByField), {{"content", "1"}, {"size", "2"}});
      }
      const int stay = static_cast<int>(random() % 3) + 1;
      for (int i = 0; i < stay; ++i) {
        rows.AddRow();
        left.push_back(id);
        rows.Set("id", Value::Int64(id++));
        rows.Set("text", Value::String("stays"));
        rows.SetMap(rows.AddColumn(kProvenanceByField), {{"content", "1"}, {"size", "2"}});
      }
    }
    ASSERT_OK(store_->Write("root", rows));
    DeleteOptions dry = Hard("text = 'goes'");
    dry.dry_run = true;
    EXPECT_EQ(store_->Delete("root", dry)->rows, id - left.size());
    EXPECT_EQ(store_->Delete("root", Hard("text = 'goes'"))->rows, id - left.size());
    EXPECT_EQ(Ids(*store_), left);
    EXPECT_EQ(store_->Describe("root", true)->versions[0].rows, left.size());
    ASSERT_OK(store_->Write("root", Rows(3, 1))) << "what is written later is there";
    ASSERT_OK(Open());
    EXPECT_EQ(Ids(*store_).size(), left.size() + 1);
    ASSERT_OK(store_->Compact());
    EXPECT_EQ(Ids(*store_).size(), left.size() + 1);
  }
}

TEST_F(MaintenanceTest, WhatWasDeletedIsInNoFileOnceCompacted) {
  options_.tuning.compression = options_.tuning.bottom_compression = Compression::kNone;
  // In a column, and in an id.
  const std::string secret = "q8Zr2Lw0Vx7Tn4Ks", secret_id = "m3Yb9Hd6Pj1Gc5Ua";
  UseGraph("1", "name");
  ASSERT_OK(Open());
  auto row = [](const std::string& id, const std::string& text) {
    RowBatch batch;
    batch.AddRow();
    batch.Set("name", Value::String(id));
    batch.Set("text", Value::String(text));
    batch.SetMap(batch.AddColumn(kProvenanceByField), {{"content", "1"}, {"size", "2"}});
    return batch;
  };
  ASSERT_OK(store_->Write("root", row("a", secret)));
  ASSERT_OK(store_->Write("root", row(secret_id, "x")));
  ASSERT_OK(store_->Write("root", row("b", "stays-5577006791947779410")));
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", row("a", secret + "-again")));
  ASSERT_TRUE(AnyFileHas(secret) && AnyFileHas(secret_id));
  ASSERT_OK(store_->Delete("root", Hard("name != 'b'")));
  ASSERT_TRUE(AnyFileHas(secret)) << "not by the delete alone";
  auto compacted = store_->Compact({.features = {"root"}});
  ASSERT_OK(compacted);
  EXPECT_GT(compacted->bytes_before, 0u);
  EXPECT_FALSE(AnyFileHas(secret));
  ASSERT_OK(Open());
  EXPECT_FALSE(AnyFileHas(secret_id));
  EXPECT_TRUE(AnyFileHas("stays-5577006791947779410"));
}

TEST_F(MaintenanceTest, ACompactionTellsHowFarItIsAndCanBeStopped) {
  ASSERT_OK(Open());
  std::mt19937_64 random(1);
  for (int i = 0; i < 20; ++i) {
    std::string text(2000, ' ');
    for (char& c : text) c = static_cast<char>('!' + random() % 90);
    ASSERT_OK(store_->Write("root", Rows(i * 200, 200, text)));
  }
  CompactOptions stop;
  stop.progress = [](uint64_t, uint64_t total) {
    EXPECT_GT(total, 0u);
    return Status::InvalidArgument("enough");
  };
  // It may be done before it is asked.
  const auto stopped = store_->Compact(stop);
  if (!stopped.ok()) ExpectError(stopped.status(), StatusCode::kInvalidArgument, "enough");
  EXPECT_EQ(Ids(*store_).size(), 4000u);
  uint64_t last = 0;
  CompactOptions watch;
  watch.progress = [&](uint64_t done, uint64_t total) {
    EXPECT_LE(done, total);
    EXPECT_GE(done, last);
    last = done;
    return Status::Ok();
  };
  ASSERT_OK(store_->Compact(watch));
  ExpectError(store_->Compact({.features = {"child"}}).status(), StatusCode::kNotFound, "child");
}

TEST_F(MaintenanceTest, PurgeByCountKeepsTheNewest) {
  ASSERT_OK(Open());
  for (int i = 1; i <= 4; ++i) WriteAt(i * 1'000'000, 0, 2, "v" + std::to_string(i));
  PurgeOptions options;
  options.keep = 3;
  options.dry_run = true;
  const auto dry = Purge(options);
  ASSERT_OK(dry);
  EXPECT_EQ(dry->rows, 2u);
  EXPECT_GT(dry->bytes, 0u);
  EXPECT_EQ(Micros(dry->commit_time), 0);
  EXPECT_EQ(History().size(), 8u);
  options.dry_run = false;
  EXPECT_EQ(Purge(options)->rows, 2u);
  EXPECT_EQ(History(), (Texts{"0:v4", "0:v3", "0:v2", "1:v4", "1:v3", "1:v2"}));
  options.keep = 1;
  EXPECT_EQ(Purge(options)->rows, 4u);
  EXPECT_EQ(History(), (Texts{"0:v4", "1:v4"}));
  EXPECT_EQ(Purge(options)->rows, 0u) << "nothing is left to purge";
  options.keep = 0;
  ExpectError(Purge(options).status(), StatusCode::kInvalidArgument, "keep must be 1 or more");
}

TEST_F(MaintenanceTest, PurgeByAgeKeepsWhatTheTimeSinceNeeds) {
  ASSERT_OK(Open());
  const int64_t t1 = WriteAt(1'000'000, 0, 1, "v1");
  const int64_t t2 = WriteAt(2'000'000, 0, 1, "v2");
  const int64_t t3 = WriteAt(3'000'000, 0, 1, "v3");
  clock_ = 10'000'000;
  PurgeOptions options;
  options.older_than = Duration(10'000'000 - t2);  // v1 was superseded just then, v2 later
  EXPECT_EQ(Purge(options)->rows, 1u);
  EXPECT_EQ(History(), (Texts{"0:v3", "0:v2"}));
  auto read = [&](int64_t time) {
    return store_->Read("root", {.as_of = FromMicros(time)}).status();
  };
  EXPECT_OK(read(t2));
  EXPECT_OK(read(t3));
  ExpectError(read(t2 - 1), StatusCode::kInvalidArgument, "was purged");
  ExpectError(read(t1), StatusCode::kInvalidArgument, "1970-01-01T00:00:02.000000Z");
  ASSERT_OK(Open());
  ExpectError(read(t1), StatusCode::kInvalidArgument, "was purged");
  // Both limits: what is beyond both goes.
  options.keep = 2;
  options.older_than = Duration(0);
  EXPECT_EQ(Purge(options)->rows, 0u);
  options.keep = 1;
  EXPECT_EQ(Purge(options)->rows, 1u);
}

TEST_F(MaintenanceTest, PurgeOfDeletedSamples) {
  ASSERT_OK(Open());
  WriteAt(1'000'000, 0, 3, "v1");
  clock_ = 2'000'000;
  DeleteOptions soft;
  soft.filters = {"id = 1"};
  ASSERT_OK(store_->Delete("root", soft));
  clock_ = 5'000'000;
  soft.filters = {"id = 2"};
  ASSERT_OK(store_->Delete("root", soft));
  WriteAt(6'000'000, 2, 1, "back");
  PurgeOptions options;
  options.deleted = true;
  EXPECT_EQ(Purge(options)->rows, 2u);
  EXPECT_EQ(History(), (Texts{"0:v1", "2:back", "2:v1:deleted", "2:v1"}));
}

TEST_F(MaintenanceTest, PurgeOfVersions) {
  ASSERT_OK(Open());
  WriteAt(1'000'000, 0, 2, "old");
  const std::string old_version = store_->Describe("root")->versions[0].feature_version;
  UseGraph("2", "id");
  ASSERT_OK(Open());
  WriteAt(2'000'000, 0, 2, "new");
  PurgeOptions options;
  options.feature_versions = {"nonsense"};
  ExpectError(Purge(options).status(), StatusCode::kNotFound, "no version 'nonsense'");
  options.feature_versions.clear();
  options.old_versions = true;
  EXPECT_EQ(Purge(options)->rows, 2u);
  EXPECT_EQ(History(), (Texts{"0:new", "1:new"}));
  EXPECT_EQ(store_->Read("root", {.feature_version = old_version})->Valid(), false);
  ExpectError(
      store_->Read("root", {.with_feature_history = true, .as_of = FromMicros(1'500'000)}).status(),
      StatusCode::kInvalidArgument, "was purged");
  options.old_versions = false;
  options.feature_versions = {store_->Describe("root")->versions[1].feature_version};
  EXPECT_EQ(Purge(options)->rows, 2u) << "the current one, by its name";
  EXPECT_TRUE(Ids(*store_).empty());
}

TEST_F(MaintenanceTest, APurgeSaysWhatItNeeds) {
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 1)));
  ExpectError(Purge({}).status(), StatusCode::kInvalidArgument, "nothing to purge");
  PurgeOptions options;
  options.features = {"child"};
  options.keep = 1;
  ExpectError(Purge(options).status(), StatusCode::kNotFound, "child");
  options.by_retention = true;
  ExpectError(Purge(options).status(), StatusCode::kInvalidArgument, "no other limits");
}

// A store whose graph gives `root` a retention, and one without it, given the same commits.
class RetentionTest : public MaintenanceTest {
 protected:
  static constexpr int64_t kAge = 1500;

  void SetRetention(Retention retention) {
    FeatureSpec root = options_.graph.features()[0];
    root.retention = retention;
    options_.graph = *Graph::FromSpecs({root});
  }
};

TEST_F(RetentionTest, PurgeAppliesWhatTheGraphSays) {
  SetRetention({.keep = 2, .older_than = Duration(kAge)});
  ASSERT_OK(Open());
  for (int i = 1; i <= 4; ++i) WriteAt(i * 1000, 0, 1, "v" + std::to_string(i));
  clock_ = 4400;
  PurgeOptions options;
  options.by_retention = true;
  // v4 and v3 are kept by count; v2 was superseded less than kAge ago.
  EXPECT_EQ(Purge(options)->rows, 1u);
  EXPECT_EQ(History(), (Texts{"0:v4", "0:v3", "0:v2"}));
  clock_ = 10'000;
  EXPECT_EQ(Purge(options)->rows, 1u);
  EXPECT_EQ(History(), (Texts{"0:v4", "0:v3"}));
}

TEST_F(RetentionTest, CompactionRemovesHistoryByItself) {
  SetRetention({.older_than = Duration(kAge)});
  ASSERT_OK(Open());
  for (int i = 1; i <= 4; ++i) WriteAt(i * 1000, 0, 100, "v" + std::to_string(i));
  clock_ = 4500;
  ASSERT_OK(store_->Compact());
  // v1 and v2 were superseded at 2000 and 3000.
  EXPECT_EQ(History().size(), 200u);
  EXPECT_EQ(store_->Describe("root", true)->versions[0].rows, 200u);
  ExpectError(store_->Read("root", {.as_of = FromMicros(2999)}).status(),
              StatusCode::kInvalidArgument, "was purged");
  auto cursor = store_->Read("root", {.as_of = FromMicros(3000)});
  ASSERT_OK(cursor);
  EXPECT_EQ(cursor->row().Get("text").unchecked_text(), "v3");
}

// The numbers of the commits that a sample's rows are of, newest first.
std::map<int64_t, std::vector<int>> Commits(Store& store) {
  std::map<int64_t, std::vector<int>> commits;
  auto cursor = store.Read("root", {.with_sample_history = true});
  EXPECT_OK(cursor);
  for (; cursor->Valid(); cursor->Next()) {
    const Row& row = cursor->row();
    commits[row.Get("id").unchecked_int64()].push_back(
        static_cast<int>(row.Get("size").unchecked_int64()));
  }
  return commits;
}

// Beside a store without retention that is given the same commits: only what may go is gone. Newer
// rows that a deletion took, in files that a compaction does not see, must not make it remove those
// that came back to light.
TEST_F(RetentionTest, CompactionRemovesOnlyWhatHasExpired) {
  for (unsigned seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const std::string other_path = directory_ + "/other";
    store_.reset();
    fs::remove_all(Path());
    fs::remove_all(other_path);
    UseGraph("1", "id");
    auto without = options_;
    const size_t keep = random() % 2 == 0 ? 2 : 1;
    SetRetention({.keep = keep, .older_than = Duration(kAge)});
    ASSERT_OK(Open());
    auto other = *Store::Open(other_path, without);
    std::vector<int64_t> times;                 // by the number of the commit
    std::set<std::pair<int64_t, int>> expired;  // samples and commits of rows that may be gone
    size_t gone = 0;
    for (int step = 0; step < 80; ++step) {
      clock_ += 2 + static_cast<int64_t>(random() % 600);
      const auto what = random() % 10;
      const int first = static_cast<int>(random() % 10);
      if (what < 5 || times.empty()) {
        RowBatch rows = Rows(first, 1 + static_cast<int>(random() % 10));
        for (size_t i = 0; i < rows.rows(); ++i) {
          BatchBuilder(&rows).SetCell(i, rows.AddColumn("size"), Value::Of(times.size()));
        }
        times.push_back(clock_);
        ASSERT_OK(store_->Write("root", rows));
        ASSERT_OK(other->Write("root", rows));
      } else if (what < 6) {
        const std::string number = std::to_string(random() % times.size());
        const auto hard = Hard(random() % 2 == 0 ? "size = " + number : "size > " + number);
        ASSERT_OK(store_->Delete("root", hard));
        ASSERT_OK(other->Delete("root", hard));
      } else if (what < 8) {
        ASSERT_OK(store_->Compact());
      } else {
        ASSERT_OK(Open());
      }
      auto mine = Commits(*store_);
      for (const auto& [id, commits] : Commits(*other)) {
        std::vector<int> left;
        for (size_t i = 0; i < commits.size(); ++i) {
          const auto number = static_cast<size_t>(commits[i == 0 ? 0 : i - 1]);
          if (i >= keep && times[number] <= clock_ - kAge) expired.emplace(id, commits[i]);
          const bool there = std::count(mine[id].begin(), mine[id].end(), commits[i]) > 0;
          EXPECT_TRUE(there || expired.contains({id, commits[i]}))
              << "step " << step << " sample " << id << " commit " << commits[i];
          if (there) left.push_back(commits[i]);
          gone += there ? 0 : 1;
        }
        EXPECT_EQ(mine[id], left);
      }
      if (HasFailure()) return;
    }
    EXPECT_GT(gone, 0u);
  }
}

}  // namespace
}  // namespace diotima
