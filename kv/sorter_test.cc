#include "kv/sorter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

namespace diotima {
namespace {

namespace fs = std::filesystem;
using Records = std::vector<std::pair<std::string, std::string>>;

class SorterTest : public testing::TestWithParam<size_t> {
 protected:
  SorterTest() {
    std::string pattern = (fs::temp_directory_path() / "diotima-sorter-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~SorterTest() override { fs::remove_all(directory_); }

  Records Sorted(const Records& records) {
    Sorter sorter(directory_, GetParam());
    for (const auto& [key, value] : records) EXPECT_TRUE(sorter.Add(key, value).ok());
    EXPECT_TRUE(sorter.Sort().ok());
    Records out;
    while (sorter.Valid()) {
      out.emplace_back(sorter.key(), sorter.value());
      EXPECT_TRUE(sorter.Next().ok());
    }
    runs_ = sorter.runs();
    files_ = Files();
    EXPECT_EQ(sorter.records(), records.size());
    return out;
  }
  size_t Files() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(directory_), fs::directory_iterator()));
  }

  std::string directory_;
  size_t runs_ = 0, files_ = 0;
};

TEST_P(SorterTest, AscendingAndStable) {
  std::mt19937 random(3);
  Records records;
  for (int i = 0; i < 500; ++i) {
    // Keys that begin alike, end within the first bytes, and come again.
    std::string key = random() % 2 == 0 ? "" : "prefix 8";
    for (size_t n = random() % 12; n > 0; --n) key.push_back(static_cast<char>(random() % 3));
    records.emplace_back(key, std::to_string(i));
  }
  Records expected = records;
  std::stable_sort(expected.begin(), expected.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  EXPECT_EQ(Sorted(records), expected);
  EXPECT_EQ(runs_ == 0, GetParam() > 1000000);
  EXPECT_EQ(files_, 0u) << "runs have no name that a crash could leave behind";
}

TEST_P(SorterTest, RecordsInOrderStayInOrder) {
  Records records;
  for (int i = 0; i < 300; ++i) records.emplace_back("key " + std::to_string(1000 + i), "");
  EXPECT_EQ(Sorted(records), records);
}

TEST_P(SorterTest, Nothing) { EXPECT_TRUE(Sorted({}).empty()); }

INSTANTIATE_TEST_SUITE_P(Budgets, SorterTest, testing::Values(1, 1000, 10000, 1 << 26));

TEST(SorterFileTest, AMissingDirectoryIsAnErrorThatNamesTheFile) {
  Sorter sorter("/nowhere/at/all", 1);
  EXPECT_TRUE(sorter.Add("a", "").ok());
  const Status status = sorter.Add("b", "");
  EXPECT_EQ(status.code(), StatusCode::kIoError);
  EXPECT_NE(status.message().find("/nowhere/at/all/run-"), std::string::npos) << status.message();
}

}  // namespace
}  // namespace diotima
