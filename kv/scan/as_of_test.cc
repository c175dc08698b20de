// Reads as of the time of a commit repeat, whatever is written, copied, deleted or purged later.
#include <diotima/store.h>

#include <map>
#include <random>

#include "kv/test_store.h"

namespace diotima {
namespace {

class AsOfTest : public StoreTest {
 protected:
  // Writes one row of a sample, deleted at a time if given. Returns the time of the commit.
  int64_t Write(Store& store, int sample, const std::string& text,
                std::optional<int64_t> deleted_at = {}) {
    RowBatch batch = Rows(sample, 1, text);
    if (deleted_at) batch.Set(kDeletedAt, Value::Timestamp(*deleted_at));
    auto written = store.Write("root", batch);
    EXPECT_OK(written);
    return Micros(written->commit_time);
  }
  // The texts of all samples.
  std::map<int64_t, std::string> Texts(std::optional<int64_t> as_of = {}, bool history = false) {
    ReadOptions read;
    if (as_of) read.as_of = FromMicros(*as_of);
    read.with_sample_history = read.include_soft_deleted = history;
    auto cursor = store_->Read("root", read);
    EXPECT_OK(cursor);
    std::map<int64_t, std::string> texts;
    for (const Row& row : *cursor) {
      texts[row.Get("id").unchecked_int64()] += std::string(row.Get("text").unchecked_text()) + ";";
    }
    return texts;
  }
};

TEST_F(AsOfTest, ADeletionThatIsDatedBackIsSeenFromItsCommitOn) {
  ASSERT_OK(Open());
  clock_ = 1000;
  Write(*store_, 1, "a");
  clock_ = 2000;
  Write(*store_, 1, "b");
  clock_ = 3000;
  Write(*store_, 2, "c");
  const auto before = Texts(3000);
  clock_ = 4000;
  Write(*store_, 1, "gone", 2500);
  EXPECT_EQ(Texts(), (std::map<int64_t, std::string>{{2, "c;"}}));
  EXPECT_EQ(Texts(4000), Texts());
  EXPECT_EQ(Texts(3000), before);
  EXPECT_EQ(Texts(3999), before);
  // Behind the latest row it changes nothing, as the order of events has it.
  clock_ = 5000;
  Write(*store_, 2, "was gone", 2999);
  EXPECT_EQ(Texts(), (std::map<int64_t, std::string>{{2, "c;"}}));
}

TEST_F(AsOfTest, ADeletionLiesNotInTheFuture) {
  ASSERT_OK(Open());
  clock_ = 1000;
  Write(*store_, 1, "a");
  RowBatch batch = Rows(1, 1, "gone");
  batch.Set(kDeletedAt, Value::Timestamp(5000));
  ExpectError(store_->Write("root", batch).status(), StatusCode::kInvalidArgument,
              "row 1: feature 'root': column 'metaxy_deleted_at' is "
              "1970-01-01T00:00:00.005000Z, later than this commit");
  EXPECT_EQ(Texts().size(), 1u);
}

// What every time showed when it was the present it shows later as well.
TEST_F(AsOfTest, TheAnswerForACommitNeverChanges) {
  std::mt19937 random(5);
  auto chance = [&](int in) { return static_cast<int>(random() % static_cast<unsigned>(in)) == 0; };
  StoreOptions options = options_;
  auto source = Store::Open(directory_ + "/source", options);
  ASSERT_OK(source);
  ASSERT_OK(Open());
  std::map<int64_t, std::map<int64_t, std::string>> answers;
  int64_t horizon = 0;
  clock_ = 10'000;
  for (int step = 0; step < 300; ++step) {
    clock_ += static_cast<int64_t>(random() % 20);  // the clock may stand still
    const int sample = static_cast<int>(random() % 5);
    const std::string text = std::to_string(step);
    std::optional<int64_t> deleted_at;
    if (chance(4)) deleted_at = clock_ - static_cast<int64_t>(random() % 200);
    int64_t time = 0;
    if (chance(3)) {
      Write(**source, sample, text, deleted_at);
      continue;
    }
    if (chance(10)) {
      CopyOptions copy;
      copy.features = {"root"};
      copy.with_sample_history = chance(2);
      auto copied = store_->CopyFrom(**source, copy);
      ASSERT_OK(copied);
      if (!copied->commit_time) continue;
      time = Micros(copied->commit_time);
    } else if (chance(10)) {
      DeleteOptions gone;
      gone.filters = {"id = " + std::to_string(sample)};
      auto deleted = store_->Delete("root", gone);
      if (deleted.status().code() == StatusCode::kNotFound) continue;
      ASSERT_OK(deleted);
      if (!deleted->commit_time) continue;
      time = Micros(deleted->commit_time);
    } else {
      time = Write(*store_, sample, text, deleted_at);
    }
    answers[time] = Texts();
    if (chance(40)) {
      PurgeOptions purge;
      purge.older_than = Duration(100);
      purge.deleted = chance(2);
      ASSERT_OK(store_->Purge(purge));
    }
    for (const auto& [at, answer] : answers) {
      const auto cursor = store_->Read("root", {.as_of = FromMicros(at)});
      if (!cursor.ok()) {
        EXPECT_LE(at, clock_ - 100) << cursor.status().ToString();
        horizon = std::max(horizon, at);
        continue;
      }
      EXPECT_GT(at, horizon);
      ASSERT_EQ(Texts(at), answer) << "as of " << at << " in step " << step;
    }
  }
  EXPECT_GT(horizon, 0);
  EXPECT_GT(answers.rbegin()->first, horizon);
}

}  // namespace
}  // namespace diotima
