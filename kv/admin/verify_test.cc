// Damage that Verify finds: made through RocksDB, and in files.
#include <algorithm>
#include <fstream>
#include <set>

#include "kv/catalog/journal.h"
#include "kv/engine/engine.h"
#include "kv/test_store.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

class VerifyTest : public StoreTest {
 protected:
  VerifyTest() { clock_ = 1'000'000; }

  void Fill() {
    ASSERT_OK(Open());
    ASSERT_OK(store_->Push());
    ASSERT_OK(store_->Write("root", Rows(0, 100)));
    ASSERT_OK(store_->Write("root", Rows(50, 2000)));
    ASSERT_OK(store_->Write("child", Rows(0, 10)));
    DeleteOptions hard;
    hard.mode = DeleteMode::kHard;
    hard.filters = {"id < 5"};
    ASSERT_OK(store_->Delete("root", hard));
    ASSERT_OK(store_->Write("root", Rows(7, 1)));
  }
  // Of the store, closed.
  template <typename Change>
  void ThroughRocksDB(const Change& change) {
    store_.reset();
    EngineOptions options;
    options.tuning.block_cache_size = 1 << 20;
    auto engine = Engine::Open(Path(), options);
    ASSERT_OK(engine);
    change(engine->get());
  }
  VerifyResult Verified() {
    EXPECT_OK(Open());
    auto result = store_->Verify();
    EXPECT_OK(result);
    return *std::move(result);
  }
  void ExpectProblem(const std::string& where, const std::string& what) {
    const VerifyResult result = Verified();
    std::string all;
    for (const auto& problem : result.problems) {
      all += problem.where + " | " + problem.what + " | " + problem.advice + "\n";
      EXPECT_FALSE(problem.advice.empty());
      if (problem.where.find(where) != std::string::npos &&
          problem.what.find(what) != std::string::npos) {
        return;
      }
    }
    FAIL() << "no problem of '" << where << "', '" << what << "' in:\n" << all;
  }
  static std::string FirstKey(Engine* engine, rocksdb::ColumnFamilyHandle* family) {
    std::unique_ptr<rocksdb::Iterator> it(engine->db()->NewIterator({}, family));
    it->SeekToFirst();
    EXPECT_TRUE(it->Valid());
    return it->key().ToString();
  }
};

TEST_F(VerifyTest, ASoundStoreHasNoProblems) {
  Fill();
  for (const bool reopened : {false, true}) {
    SCOPED_TRACE(reopened);
    if (reopened) {
      ASSERT_OK(Open());
    }
    uint64_t calls = 0;
    auto result = store_->Verify({.progress = [&](uint64_t done, uint64_t total) {
      EXPECT_LE(done, total);
      ++calls;
      return Status::Ok();
    }});
    ASSERT_OK(result);
    for (const auto& problem : result->problems) ADD_FAILURE() << problem.where << problem.what;
    EXPECT_EQ(result->problem_count, 0u);
    EXPECT_EQ(result->rows, 100u + 2000 - 5 + 1 + 10);
    EXPECT_EQ(result->features, 2u);
    EXPECT_EQ(result->versions, 2u);
    EXPECT_EQ(result->snapshots, 1u);
    EXPECT_EQ(result->journal_entries, 3u);
    EXPECT_EQ(calls, result->files);
  }
  VerifyOptions stop;
  stop.progress = [](uint64_t, uint64_t) { return Status::InvalidArgument("enough"); };
  ExpectError(store_->Verify(stop).status(), StatusCode::kInvalidArgument, "enough");
}

TEST_F(VerifyTest, ARowThatDoesNotDecode) {
  Fill();
  ThroughRocksDB([](Engine* engine) {
    const std::string key = FirstKey(engine, engine->rows());
    ASSERT_OK(engine->db()->Put({}, engine->rows(), key, "damaged bytes!"));
  });
  ExpectProblem("sample id=5", "does not decode");
}

TEST_F(VerifyTest, ARowOfNobody) {
  Fill();
  ThroughRocksDB([](Engine* engine) {
    std::string key = FirstKey(engine, engine->rows());
    key[3] = 77;  // the feature
    ASSERT_OK(engine->db()->Put({}, engine->rows(), key, "x"));
    ASSERT_OK(engine->db()->Put({}, engine->rows(), "short", "x"));
  });
  ExpectProblem("rows: key 0000004d", "no feature and version");
  ExpectProblem("rows: key 73686f7274", "no feature and version");
}

TEST_F(VerifyTest, ARowOfTheFuture) {
  Fill();
  ThroughRocksDB([](Engine* engine) {
    std::string key = FirstKey(engine, engine->rows());
    std::string value;
    ASSERT_OK(engine->db()->Get({}, engine->rows(), key, &value));
    std::fill(key.end() - 12, key.end() - 9, '\x10');  // an inverted time, far ahead
    ASSERT_OK(engine->db()->Put({}, engine->rows(), key, value));
  });
  ExpectProblem("sample id=5", "after the last commit");
}

TEST_F(VerifyTest, ALostRow) {
  Fill();
  ThroughRocksDB([](Engine* engine) {
    ASSERT_OK(engine->db()->Delete({}, engine->rows(), FirstKey(engine, engine->rows())));
  });
  ExpectProblem("feature 'root'", "2095 rows are stored, 2096 by the journal");
}

TEST_F(VerifyTest, ALostSampleOfTheJournal) {
  Fill();
  ThroughRocksDB([](Engine* engine) {
    std::unique_ptr<rocksdb::Iterator> it(engine->db()->NewIterator({}, engine->rows()));
    it->SeekToLast();
    ASSERT_OK(engine->db()->Delete({}, engine->rows(), it->key()));
  });
  ExpectProblem("feature 'child', version", "no row is stored");
}

TEST_F(VerifyTest, ADamagedJournal) {
  Fill();
  ThroughRocksDB([](Engine* engine) {
    const std::string key = FirstKey(engine, engine->journal());
    ASSERT_OK(engine->db()->Put({}, engine->journal(), key, "damaged bytes!"));
    ASSERT_OK(engine->db()->Put({}, engine->journal(), "stranger", "x"));
  });
  ExpectProblem("feature 'root'", "does not decode");
  ExpectProblem("journal: key", "no feature and version");
}

TEST_F(VerifyTest, ADamagedSnapshot) {
  Fill();
  std::string version = store_->Snapshots()->at(0).project_version;
  ThroughRocksDB([&](Engine* engine) {
    ASSERT_OK(engine->db()->Put({}, engine->catalog(), "snapshot/" + version, "nonsense"));
  });
  // The graph in force is given, so that the store opens without it.
  ExpectProblem("catalog", "damaged");
}

// In each file of a store that was not closed, at several places.
TEST_F(VerifyTest, DamageInAnyFileIsFound) {
  options_.tuning.write_buffer_size = 64 << 10;
  ASSERT_OK(Open());
  ASSERT_OK(store_->Push());
  ASSERT_OK(store_->Write("root", Rows(0, 2000, std::string(200, 'x'))));
  ASSERT_OK(Open());
  // These are in the log alone.
  ASSERT_OK(store_->Write("root", Rows(2000, 100, std::string(100, 'y'))));
  ASSERT_OK(store_->Write("root", Rows(2100, 1)));
  const std::string sound = directory_ + "/sound";
  fs::copy(Path(), sound, fs::copy_options::recursive);
  store_.reset();
  std::set<std::string> kinds;
  for (const auto& entry : fs::directory_iterator(sound)) {
    const std::string name = entry.path().filename();
    if (!entry.is_regular_file() || fs::file_size(entry) == 0) continue;
    const auto size = static_cast<int64_t>(fs::file_size(entry));
    const std::string kind = entry.path().has_extension() ? entry.path().extension().string()
                                                          : name.substr(0, name.find('-'));
    for (const int64_t place : {int64_t{0}, size / 4, size / 2, size - 5}) {
      SCOPED_TRACE(name + " at " + std::to_string(place) + " of " + std::to_string(size));
      store_.reset();
      fs::remove_all(Path());
      fs::copy(sound, Path(), fs::copy_options::recursive);
      {
        std::fstream file(Path() + "/" + name, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(std::max<int64_t>(place, 0));
        file.write("\xA5\x5A\xA5\x5A", std::min<int64_t>(4, size));
      }
      const Status opened = Open();
      if (!opened.ok()) {
        kinds.insert(kind);
        continue;
      }
      const auto result = store_->Verify();
      ASSERT_OK(result);
      if (result->problem_count > 0) {
        kinds.insert(kind);
        continue;
      }
      // Nothing of what it holds is data, or the end of the log is torn as by a crash.
      const bool log = name.ends_with(".log");
      EXPECT_TRUE(log || name.starts_with("OPTIONS") || name == "COMMITTED" ||
                  name.starts_with("IDENTITY"))
          << "not found";
      Status ended;
      const auto ids = Ids(*store_, {}, &ended);
      EXPECT_OK(ended);
      EXPECT_GE(ids.size(), log ? 2000u : 2101u);
    }
  }
  EXPECT_EQ(kinds, (std::set<std::string>{".log", ".sst", "CURRENT", "MANIFEST"}));
}

}  // namespace
}  // namespace diotima
