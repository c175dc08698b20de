// Commits that were acknowledged as durable, and are lost with the log.
#include <fstream>

#include "kv/test_store.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

class LostCommitsTest : public StoreTest {
 protected:
  // Leaves the store as a crash does, after commits of one row each.
  void Crash(int commits, bool sync = true) {
    ASSERT_OK(Open());
    for (int i = 0; i < commits; ++i) {
      clock_ = 1000 * (i + 1);
      ASSERT_OK(store_->Write("root", Rows(i, 1), {.sync = sync}));
    }
    fs::copy(Path(), Path() + "-crashed", fs::copy_options::recursive);
    store_.reset();
    fs::remove_all(Path());
    fs::rename(Path() + "-crashed", Path());
  }
  fs::path Log() const {
    fs::path last;
    for (const auto& entry : fs::directory_iterator(Path())) {
      if (entry.path().extension() == ".log" && fs::file_size(entry.path()) > 0)
        last = entry.path();
    }
    return last;
  }
  void ExpectLost() {
    for (const bool read_only : {true, false}) {
      options_.read_only = read_only;
      ExpectError(Open(), StatusCode::kCorruption, "`diotima verify --salvage`");
    }
  }
};

TEST_F(LostCommitsTest, ACrashLosesNothing) {
  Crash(20);
  ASSERT_OK(Open());
  EXPECT_EQ(Ids(*store_).size(), 20u);
}

// A record that seems to be longer than the log looks like one that a crash has torn.
TEST_F(LostCommitsTest, ADamagedLengthInTheLogIsFound) {
  for (const int place : {4, 5}) {  // the first record begins with its checksum, then its length
    SCOPED_TRACE(place);
    options_.accept_lost_commits = false;
    fs::remove_all(Path());
    Crash(20);
    std::fstream log(Log(), std::ios::in | std::ios::out | std::ios::binary);
    log.seekg(place);
    const char length = static_cast<char>(log.get() ^ 0x40);
    log.seekp(place);
    log.put(length);
    log.close();
    ExpectLost();
  }
}

TEST_F(LostCommitsTest, ACutLogIsFoundAndCanBeSalvaged) {
  Crash(20);
  fs::resize_file(Log(), fs::file_size(Log()) * 3 / 4);
  ExpectLost();
  options_.accept_lost_commits = true;
  ASSERT_OK(Open());
  const size_t left = Ids(*store_).size();
  EXPECT_GT(left, 5u);
  EXPECT_LT(left, 20u);
  options_.accept_lost_commits = false;
  ASSERT_OK(Open());
  EXPECT_EQ(Ids(*store_).size(), left);
  EXPECT_EQ(store_->Verify()->problem_count, 0u);
}

TEST_F(LostCommitsTest, AMissingLogIsFound) {
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(100, 1)));
  store_.reset();
  Crash(3);
  fs::remove(Log());
  ExpectLost();
}

// A torn end was never acknowledged.
TEST_F(LostCommitsTest, WhatWasNotSyncedMayBeLost) {
  Crash(20, /*sync=*/false);
  fs::resize_file(Log(), fs::file_size(Log()) * 3 / 4);
  ASSERT_OK(Open());
  EXPECT_LT(Ids(*store_).size(), 20u);
}

TEST_F(LostCommitsTest, ADamagedMarkIsNone) {
  Crash(20);
  std::ofstream(Path() + "/COMMITTED") << "something else";
  fs::resize_file(Log(), fs::file_size(Log()) * 3 / 4);
  ASSERT_OK(Open());
}

}  // namespace
}  // namespace diotima
