#include <algorithm>
#include <atomic>
#include <fstream>
#include <set>
#include <thread>

#include "kv/engine/engine.h"
#include "kv/test_store.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

TEST_F(StoreTest, SettingsAreFixedAtCreation) {
  options_.hash_algorithm = HashAlgorithm::kMd5;
  options_.hash_truncation_length = 10;
  ASSERT_OK(Open());
  options_.hash_algorithm.reset();
  options_.hash_truncation_length.reset();
  ASSERT_OK(Open());
  EXPECT_EQ(store_->hasher(), (Hasher{HashAlgorithm::kMd5, 10}));
  options_.hash_algorithm = HashAlgorithm::kXxHash64;
  ExpectError(Open(), StatusCode::kInvalidArgument, "md5 with truncation length 10");
  options_.hash_algorithm.reset();
  options_.hash_truncation_length = 11;
  ExpectError(Open(), StatusCode::kInvalidArgument, "truncation length 11");
  options_.hash_truncation_length = 7;
  ExpectError(Open(), StatusCode::kInvalidArgument, "8");
}

TEST_F(StoreTest, WhatIsNoStoreIsNamed) {
  options_.create_if_missing = false;
  ExpectError(Open(), StatusCode::kNotFound, "no store at");
  fs::create_directory(Path());
  ExpectError(Open(), StatusCode::kNotFound, "empty");
  std::fclose(std::fopen((Path() + "/notes.txt").c_str(), "w"));
  options_.create_if_missing = true;
  ExpectError(Open(), StatusCode::kInvalidArgument, "not a store");
  fs::remove_all(Path());
  std::fclose(std::fopen(Path().c_str(), "w"));
  ExpectError(Open(), StatusCode::kInvalidArgument, "not a directory");
}

TEST_F(StoreTest, ASecondWriterIsTold) {
  ASSERT_OK(Open());
  auto second = Store::Open(Path(), options_);
  ExpectError(second.status(), StatusCode::kBusy, "by this process");
}

TEST_F(StoreTest, ReadOnlyBesideAWriter) {
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 3)));
  auto options = options_;
  options.read_only = true;
  auto reader = Store::Open(Path(), options);
  ASSERT_OK(reader);
  ASSERT_OK(store_->Write("root", Rows(3, 3)));
  EXPECT_EQ(Ids(**reader), (std::vector<int64_t>{0, 1, 2}));
  EXPECT_EQ(Ids(*store_).size(), 6u);
  const RowBatch rows = Rows(9, 1);
  ExpectError((*reader)->Write("root", rows).status(), StatusCode::kReadOnly, "read-only");
  ExpectError((*reader)->Delete("root", {}).status(), StatusCode::kReadOnly, "read-only");
  ExpectError((*reader)->Push().status(), StatusCode::kReadOnly, "read-only");
}

TEST_F(StoreTest, CursorsKeepTheirSnapshot) {
  options_.tuning.write_buffer_size = 1 << 16;
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 2000, std::string(100, 'x'))));
  auto cursor = store_->Read("root");
  ASSERT_OK(cursor);
  ASSERT_OK(store_->Write("root", Rows(1000, 2000, "new")));
  DeleteOptions hard;
  hard.mode = DeleteMode::kHard;
  hard.filters = {"id < 500"};
  ASSERT_OK(store_->Delete("root", hard));
  hard.filters.clear();
  ASSERT_OK(store_->Delete("root", hard));
  size_t rows = 0;
  for (; cursor->Valid(); cursor->Next(), ++rows) {
    ASSERT_EQ(cursor->row().Get("text").unchecked_text(), std::string(100, 'x'));
  }
  EXPECT_OK(cursor->status());
  EXPECT_EQ(rows, 2000u);
  EXPECT_TRUE(Ids(*store_).empty());
}

TEST_F(StoreTest, ABadRowInTheSecondFeatureLeavesNothing) {
  ASSERT_OK(Open());
  const RowBatch good = Rows(0, 3);
  RowBatch bad = Rows(0, 2);
  bad.AddRow();
  bad.Set("id", Value::Int64(7));
  ExpectError(store_->WriteMulti({{"root", &good}, {"child", &bad}}).status(),
              StatusCode::kSchemaMismatch, "row 3");
  EXPECT_TRUE(store_->WrittenFeatures()->empty());
  ExpectError(store_->Read("root").status(), StatusCode::kNotFound, "never written");
}

// Past the threshold a commit goes as table files.
TEST_F(StoreTest, ALargeCommitReadsAsASmallOne) {
  ASSERT_OK(Open());
  constexpr int kRows = 40000;
  const std::string text(1000, 'x');
  auto commit = store_->BeginCommit();
  ASSERT_OK(commit);
  for (int i = 0; i < kRows; i += 1000) {
    ASSERT_OK(commit->Append("root", Rows(kRows - 1000 - i, 1000, text)));
  }
  EXPECT_TRUE(store_->WrittenFeatures()->empty());
  const auto result = commit->Finish();
  ASSERT_OK(result);
  EXPECT_EQ(result->rows, static_cast<uint64_t>(kRows));
  for (int round = 0; round < 2; ++round) {
    const auto ids = Ids(*store_);
    ASSERT_EQ(ids.size(), static_cast<size_t>(kRows));
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
    {
      auto cursor = store_->Read("root");
      EXPECT_EQ(cursor->row().Get(kUpdatedAt).unchecked_timestamp(), Micros(result->commit_time));
      EXPECT_EQ(cursor->row().Get("text").unchecked_text(), text);
    }
    ASSERT_OK(Open());
  }
  ASSERT_OK(store_->Write("root", Rows(0, 1, "later")));
  EXPECT_EQ(store_->Read("root")->row().Get("text").unchecked_text(), "later");
}

TEST_F(StoreTest, ACursorOutlivesItsStore) {
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 3)));
  auto cursor = store_->Read("root");
  auto update = store_->ResolveUpdate("child");
  ASSERT_TRUE(cursor.ok() && update.ok());
  store_.reset();
  int rows = 0;
  for (const Row& row : *cursor) EXPECT_EQ(*row.Get<int>("id"), rows++);
  EXPECT_EQ(rows, 3);
  EXPECT_OK(cursor->status());
  int changes = 0;
  for (const auto& [change, row] : *update) {
    EXPECT_EQ(change, Change::kNew);
    EXPECT_EQ(*row.Get<int>("id"), changes++);
  }
  EXPECT_EQ(changes, 3);
  ExpectError(Open(), StatusCode::kBusy, "");
  {
    const auto last = *std::move(cursor);
    const auto other = *std::move(update);
  }
  EXPECT_OK(Open()) << "the store closes with its last cursor";
}

TEST_F(StoreTest, AStoreUnderAnotherGraph) {
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 2)));
  UseGraph("2", "id");
  const std::unique_ptr<Store> next = store_->With(options_.graph);
  EXPECT_EQ(Ids(*store_).size(), 2u);
  EXPECT_EQ(Ids(*next).size(), 0u) << "nothing was written under the new code version";
  ASSERT_OK(next->Write("root", Rows(5, 1)));
  EXPECT_EQ(Ids(*next), std::vector<int64_t>{5});
  EXPECT_EQ(Ids(*store_).size(), 2u);
  store_.reset();
  EXPECT_EQ(Ids(*next, {.with_feature_history = true}).size(), 3u);
}

TEST_F(StoreTest, ADroppedCommitLeavesNothing) {
  options_.memory_budget = 1000;
  ASSERT_OK(Open());
  {
    auto commit = store_->BeginCommit();
    ASSERT_OK(commit);
    ASSERT_OK(commit->Append("root", Rows(0, 100)));
    EXPECT_TRUE(fs::is_empty(Path() + "/tmp")) << "sorted runs have no name";
  }
  EXPECT_TRUE(fs::is_empty(Path() + "/tmp"));
  EXPECT_TRUE(store_->WrittenFeatures()->empty());
  std::fclose(std::fopen((Path() + "/tmp/run-left-by-a-crash").c_str(), "w"));
  ASSERT_OK(Open());
  EXPECT_TRUE(fs::is_empty(Path() + "/tmp"));
  EXPECT_TRUE(store_->WrittenFeatures()->empty());
}

TEST_F(StoreTest, AWriteOfNoRowsMakesTheFeatureWritten) {
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", RowBatch()));
  EXPECT_TRUE(Ids(*store_).empty());
  ASSERT_OK(Open()) << "the catalog must name the id columns";
  EXPECT_TRUE(Ids(*store_).empty());
  EXPECT_EQ(store_->Describe("root")->columns.at(0).name, "id");
}

TEST_F(StoreTest, AGivenDeletionHasTheCommitsOtherTimes) {
  ASSERT_OK(Open());
  RowBatch rows = Rows(0, 1);
  rows.Set(kDeletedAt, Value::Timestamp(5));
  const auto result = store_->Write("root", rows);
  ASSERT_OK(result);
  ReadOptions read;
  read.include_soft_deleted = true;
  auto cursor = store_->Read("root", read);
  ASSERT_TRUE(cursor.ok() && cursor->Valid());
  EXPECT_EQ(cursor->row().Get(kDeletedAt).unchecked_timestamp(), 5);
  EXPECT_EQ(cursor->row().Get(kUpdatedAt).unchecked_timestamp(), Micros(result->commit_time));
  EXPECT_EQ(cursor->row().Get(kCreatedAt).unchecked_timestamp(), Micros(result->commit_time));
}

TEST_F(StoreTest, EmptyTextsInNestedValues) {
  ASSERT_OK(Open());
  RowBatch rows = Rows(0, 1);
  const Value items[] = {Value::String(""), Value::String("b")};
  rows.Set("list", Value::List(items, 2));
  ASSERT_OK(store_->Write("root", rows));
  EXPECT_EQ(store_->Read("root")->row().Get("list"), Value::List(items, 2));
}

TEST_F(StoreTest, CommitTimesIncreaseWhateverTheClockDoes) {
  ASSERT_OK(Open());
  int64_t last = 0;
  for (int64_t now : {2000, 1500, 1500, 3000, 10, -5, 3004}) {
    clock_ = now;
    const auto result = store_->Write("root", Rows(0, 1));
    ASSERT_OK(result);
    EXPECT_EQ(Micros(result->commit_time), std::max(now, last + 1));
    last = Micros(result->commit_time);
    ASSERT_OK(Open());
  }
}

TEST_F(StoreTest, OtherIdColumnsUnderOneVersionAreAnError) {
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 1)));
  UseGraph("1", "other");
  ASSERT_OK(Open());
  const RowBatch rows = Rows(0, 1, "t", "text", "other");
  ExpectError(store_->Write("root", rows).status(), StatusCode::kSchemaMismatch,
              "change a code version");
  ExpectError(store_->Read("root").status(), StatusCode::kSchemaMismatch, "change a code version");
  UseGraph("2", "other");
  ASSERT_OK(Open());
  EXPECT_OK(store_->Write("root", rows));
}

// The order in which id columns are named is no part of a sample's identity.
TEST_F(StoreTest, ASampleIsTheSameUnderAnotherOrderOfIdColumns) {
  int64_t last = 0;
  for (const auto& ids : std::vector<std::vector<std::string>>{{"id", "part"}, {"part", "id"}}) {
    FeatureSpec root;
    root.key = "root";
    root.id_columns = ids;
    root.fields = {{"content", ids[0]}};
    options_.graph = *Graph::FromSpecs({root});
    ASSERT_OK(Open());
    RowBatch rows = Rows(1, 1);
    rows.Set("part", Value::String("p"));
    const auto result = store_->Write("root", rows);
    ASSERT_OK(result);
    last = Micros(result->commit_time);
  }
  ReadOptions read;
  read.with_feature_history = true;
  auto cursor = store_->Read("root", read);
  ASSERT_TRUE(cursor.ok() && cursor->Valid());
  EXPECT_EQ(cursor->row().Get(kUpdatedAt).unchecked_timestamp(), last);
  cursor->Next();
  EXPECT_FALSE(cursor->Valid()) << "one sample";
}

// Of rows with one time, the one that was written last is the latest, also over versions.
TEST_F(StoreTest, GivenTimesThatMeetKeepTheOrderOfWriting) {
  ASSERT_OK(Open());
  for (const char* version : {"first", "second", "first", "third", "second"}) {
    RowBatch rows = Rows(1, 1);
    rows.Set(kDeletedAt, Value::Timestamp(5));
    rows.Set(kFeatureVersion, Value::String(version));
    rows.Set(kProjectVersion, Value::String("p"));
    ASSERT_OK(store_->Write("root", rows, {.preserve_feature_version = true}));
    ReadOptions read;
    read.with_feature_history = read.include_soft_deleted = true;
    auto cursor = store_->Read("root", read);
    ASSERT_TRUE(cursor.ok() && cursor->Valid());
    EXPECT_EQ(cursor->row().Get(kFeatureVersion).unchecked_text(), version);
  }
}

// Another process may open a store at any moment of a writer's life.
TEST_F(StoreTest, ReadersOpenWhileFilesComeAndGo) {
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 100)));
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 0; i < 40; ++i) {
      ASSERT_OK(Open());  // closing flushes, opening compacts
      ASSERT_OK(store_->Write("root", Rows(0, 100, std::to_string(i))));
    }
    done = true;
  });
  StoreOptions options = options_;
  options.read_only = true;
  options.create_if_missing = false;
  do {
    auto reader = Store::Open(Path(), options);
    EXPECT_OK(reader);
    if (reader.ok()) {
      EXPECT_EQ(Ids(**reader).size(), 100u);
    }
  } while (!done);
  writer.join();
}

// Names are stored whole, whatever is in them.
TEST_F(StoreTest, NamesWithANullCharacter) {
  ASSERT_OK(Open());
  const std::string name("a\0b", 3);
  RowBatch rows = Rows(1, 1, "with", name);
  rows.Set("a", Value::String("without"));
  const Value entry[] = {Value::String(name), Value::Int64(7)};
  rows.Set("nested", Value::Struct(entry, 1));
  ASSERT_OK(store_->Write("root", rows));
  ASSERT_OK(Open());
  auto cursor = store_->Read("root");
  ASSERT_OK(cursor);
  EXPECT_EQ(cursor->row().Get(name).unchecked_text(), "with");
  EXPECT_EQ(cursor->row().Get("a").unchecked_text(), "without");
  EXPECT_EQ(cursor->row().Get("nested").Find(name).unchecked_int64(), 7);
}

// Four writers, each with columns that no other has: all rows and columns come together.
TEST_F(StoreTest, ConcurrentWriters) {
  ASSERT_OK(Open());
  constexpr int kThreads = 4, kCommits = 25;
  std::vector<std::thread> threads;
  std::vector<std::vector<int64_t>> times(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCommits; ++i) {
        const std::string column = "c" + std::to_string(t) + "_" + std::to_string(i / 5);
        const auto result =
            store_->Write("root", Rows(t * 1000 + i, 1, column, column), {.sync = false});
        ASSERT_OK(result);
        times[static_cast<size_t>(t)].push_back(Micros(result->commit_time));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<int64_t> all;
  for (const auto& of_thread : times) {
    EXPECT_TRUE(std::is_sorted(of_thread.begin(), of_thread.end()));
    all.insert(of_thread.begin(), of_thread.end());
  }
  EXPECT_EQ(all.size(), static_cast<size_t>(kThreads * kCommits)) << "times are distinct";
  ASSERT_OK(Open());
  size_t rows = 0;
  for (auto cursor = *store_->Read("root"); cursor.Valid(); cursor.Next(), ++rows) {
    const int64_t id = cursor.row().Get("id").unchecked_int64();
    const std::string column =
        "c" + std::to_string(id / 1000) + "_" + std::to_string(id % 1000 / 5);
    EXPECT_EQ(cursor.row().Get(column).unchecked_text(), column);
  }
  EXPECT_EQ(rows, static_cast<size_t>(kThreads * kCommits));
  EXPECT_EQ(store_->Describe("root")->columns.size(), 1u + kThreads * (kCommits / 5));
}

// A process that is killed while it creates a store leaves one that can be created again.
TEST_F(StoreTest, AnInterruptedCreationBeginsAgain) {
  ASSERT_OK(Open());
  store_.reset();
  // As it is left before its settings are written.
  std::ofstream(Path() + "/CREATING").put('x');
  {
    EngineOptions engine;
    engine.create_if_missing = false;
    engine.tuning.block_cache_size = engine.tuning.write_buffer_size = 1 << 20;
    auto opened = Engine::Open(Path(), engine);
    ASSERT_OK(opened);
    ASSERT_OK((*opened)->db()->Delete({}, (*opened)->catalog(), "settings"));
  }
  StoreOptions reading = options_;
  reading.read_only = true;
  ExpectError(Store::Open(Path(), reading).status(), StatusCode::kNotFound, "interrupted");
  ASSERT_OK(Open());
  EXPECT_FALSE(std::filesystem::exists(Path() + "/CREATING"));
  EXPECT_OK(store_->Write("root", Rows(0, 1)));
}

// A process that wanted to create the store too, and came too late, may leave its mark.
TEST_F(StoreTest, AMarkInACompleteStoreIsNoObstacle) {
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 3)));
  store_.reset();
  std::ofstream(Path() + "/CREATING").put('x');
  StoreOptions reading = options_;
  reading.read_only = true;
  {
    auto reader = Store::Open(Path(), reading);
    ASSERT_OK(reader);
    EXPECT_EQ(Ids(**reader).size(), 3u);
  }
  ASSERT_OK(Open());
  EXPECT_EQ(Ids(*store_).size(), 3u);
  EXPECT_FALSE(std::filesystem::exists(Path() + "/CREATING"));
}

// A database of something else is left as it is.
TEST_F(StoreTest, AForeignDatabaseIsNotTouched) {
  rocksdb::DB* foreign = nullptr;
  rocksdb::Options create;
  create.create_if_missing = true;
  ASSERT_OK(rocksdb::DB::Open(create, Path(), &foreign));
  delete foreign;
  ExpectError(Open(), StatusCode::kInvalidArgument, "something else");
  std::vector<std::string> families;
  ASSERT_OK(rocksdb::DB::ListColumnFamilies(rocksdb::Options(), Path(), &families));
  EXPECT_EQ(families, std::vector<std::string>{"default"});
}

}  // namespace
}  // namespace diotima
