#include <gtest/gtest.h>

#include "kv/test_store.h"

namespace diotima {
namespace {

class StatsTest : public StoreTest {
 protected:
  StoreStats Stats(const StatsOptions& options = {}) {
    const auto stats = store_->Stats(options);
    EXPECT_OK(stats);
    return stats.ok() ? *stats : StoreStats();
  }
};

TEST_F(StatsTest, CountsRowsAndSamplesOfEachVersion) {
  ASSERT_OK(Open());
  EXPECT_TRUE(Stats().features.empty());
  ASSERT_OK(store_->Write("root", Rows(0, 300)));
  ASSERT_OK(store_->Write("root", Rows(200, 200)));
  UseGraph("2", "id");
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 50)));
  const StoreStats stats = Stats();
  ASSERT_EQ(stats.features.size(), 1u);
  EXPECT_EQ(stats.features[0].feature, "root");
  ASSERT_EQ(stats.features[0].versions.size(), 2u);
  const auto& first = stats.features[0].versions[0];
  EXPECT_EQ(first.rows, 500u);
  EXPECT_EQ(first.samples, 400u);
  EXPECT_GT(first.bytes, 0u);
  EXPECT_EQ(stats.features[0].versions[1].rows, 50u);
  EXPECT_EQ(stats.features[0].versions[1].samples, 50u);
  EXPECT_FALSE(stats.rows_estimated);
  EXPECT_EQ(stats.last_commit_time, FromMicros(1002));
  EXPECT_FALSE(stats.levels.empty());
  EXPECT_GT(stats.memtable_bytes, 0u);
  EXPECT_GT(stats.log_bytes, 0u);
  EXPECT_EQ(stats.cache_capacity_bytes, options_.tuning.block_cache_size);
}

TEST_F(StatsTest, SeesWhatTheCatalogSees) {
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 10)));
  options_.read_only = true;
  const auto reader = *Store::Open(Path(), options_);
  ASSERT_OK(store_->Write("root", Rows(10, 10)));
  EXPECT_EQ(reader->Stats()->features[0].versions[0].rows, 10u);
  EXPECT_EQ(Stats().features[0].versions[0].rows, 20u);
}

TEST_F(StatsTest, EstimatesWithoutAScan) {
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 10000)));
  StatsOptions options;
  options.scan = false;
  const StoreStats stats = Stats(options);
  EXPECT_TRUE(stats.rows_estimated);
  const auto& version = stats.features[0].versions[0];
  EXPECT_FALSE(version.samples.has_value());
  EXPECT_NEAR(static_cast<double>(version.rows), 10000, 3000);
}

TEST_F(StatsTest, CountsTombstones) {
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 100)));
  EXPECT_EQ(Stats().tombstones, 0u);
  DeleteOptions remove;
  remove.mode = DeleteMode::kHard;
  remove.filters = {"id = 5"};
  ASSERT_OK(store_->Delete("root", remove));
  EXPECT_GE(Stats().tombstones + Stats().range_tombstones, 1u);
  ASSERT_OK(Open());  // in a table file now
  EXPECT_GE(Stats().tombstones + Stats().range_tombstones, 1u);
  EXPECT_EQ(Stats().features[0].versions[0].rows, 99u);
}

TEST_F(StatsTest, TellsAndAsksOnTheWay) {
  options_.bulk_commit_threshold = 1000;
  ASSERT_OK(Open());
  for (int i = 0; i < 10; ++i) {
    ASSERT_OK(store_->Write("root", Rows(i * 2000, 2000, std::string(1000, 'x'))));
  }
  uint64_t last = 0;
  StatsOptions options;
  options.progress = [&](uint64_t done, uint64_t total) {
    EXPECT_GT(done, last);
    EXPECT_LE(done, total);
    last = done;
    return Status::Ok();
  };
  EXPECT_EQ(Stats(options).features[0].versions[0].rows, 20000u);
  EXPECT_GT(last, 0u);
  options.progress = [](uint64_t, uint64_t) { return Status::IoError("enough"); };
  ExpectError(store_->Stats(options).status(), StatusCode::kIoError, "enough");
}

// Seldom written column families do not keep them.
TEST_F(StatsTest, LogsDoNotPileUp) {
  options_.tuning.write_buffer_size = 256 << 10;
  ASSERT_OK(Open());
  uint64_t most = 0;
  for (int i = 0; i < 200; ++i) {
    ASSERT_OK(store_->Write("root", Rows(i * 20, 20, std::string(1000, 'x'))));
    StatsOptions options;
    options.scan = false;
    most = std::max(most, Stats(options).log_bytes);
  }
  EXPECT_LT(most, 6 * options_.tuning.write_buffer_size);  // of 4 MB in all
  ASSERT_OK(Open());
  EXPECT_LT(Stats().log_bytes, 100u);
}

TEST(PrometheusTextTest, EscapesLabels) {
  StoreStats stats;
  VersionStats version;
  version.feature_version = "a\"b\\c\nd";
  version.rows = 3;
  stats.features.push_back({"video/raw", {version}});
  stats.last_commit_time = FromMicros(1'700'000'000'123'456);
  const std::string text = PrometheusText(stats);
  EXPECT_NE(
      text.find("# TYPE diotima_rows gauge\n"
                "diotima_rows{feature=\"video/raw\",feature_version=\"a\\\"b\\\\c\\nd\"} 3\n"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("diotima_last_commit_timestamp_seconds 1700000000.123456\n"),
            std::string::npos);
}

}  // namespace
}  // namespace diotima
