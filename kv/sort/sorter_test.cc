#include "kv/sort/sorter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "codec/base/test_status.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;
using Records = std::vector<std::pair<std::string, std::string>>;

// By memory budget and threads.
class SorterTest : public testing::TestWithParam<std::tuple<size_t, size_t>> {
 protected:
  SorterTest() {
    std::string pattern = (fs::temp_directory_path() / "diotima-sorter-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~SorterTest() override { fs::remove_all(directory_); }

  static size_t Budget() { return std::get<0>(GetParam()); }
  Records Sorted(const Records& records) {
    TaskGroup tasks(std::get<1>(GetParam()));
    Sorter sorter(directory_, Budget(), &tasks);
    for (const auto& [key, value] : records) EXPECT_OK(sorter.Add(key, value));
    EXPECT_OK(sorter.Sort());
    Records out = Scanned(sorter, "", "");
    // Again, in pieces.
    std::vector<std::string> bounds = sorter.Splits(4);
    bounds.insert(bounds.begin(), "");
    bounds.emplace_back("");
    Records pieces;
    for (size_t i = 0; i + 1 < bounds.size(); ++i) {
      for (auto& record : Scanned(sorter, bounds[i], bounds[i + 1])) {
        pieces.push_back(std::move(record));
      }
    }
    EXPECT_EQ(pieces, out);
    runs_ = sorter.runs();
    files_ = Files();
    EXPECT_EQ(sorter.records(), records.size());
    return out;
  }
  static Records Scanned(const Sorter& sorter, std::string_view begin, std::string_view end) {
    Records out;
    auto scan = sorter.Scan(begin, end);
    EXPECT_OK(scan);
    for (; (*scan)->Valid(); (*scan)->Next()) {
      out.emplace_back((*scan)->key(), (*scan)->value());
    }
    EXPECT_EQ((*scan)->status().ToString(), "ok");
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
  EXPECT_EQ(runs_ == 0, Budget() > 1000000);
  EXPECT_EQ(files_, 0u) << "runs have no name that a crash could leave behind";
}

TEST_P(SorterTest, RecordsInOrderStayInOrder) {
  Records records;
  for (int i = 0; i < 300; ++i) records.emplace_back("key " + std::to_string(1000 + i), "");
  EXPECT_EQ(Sorted(records), records);
}

TEST_P(SorterTest, Nothing) { EXPECT_TRUE(Sorted({}).empty()); }

TEST_P(SorterTest, RecordsInOrderCanBeTakenOut) {
  TaskGroup tasks(std::get<1>(GetParam()));
  Sorter sorter(directory_, Budget(), &tasks);
  for (int i = 0; i < 300; ++i) {
    EXPECT_OK(sorter.Add("key " + std::to_string(1000 + i), ""));
    EXPECT_TRUE(sorter.ascending() || Budget() < 1000000);
  }
  if (!sorter.ascending()) return;  // spilled
  Records taken;
  for (const auto& segment : sorter.TakeAscending()) {
    for (const auto& record : segment->records()) taken.emplace_back(record.key(), "");
  }
  EXPECT_EQ(taken.size(), 300u);
  EXPECT_TRUE(std::is_sorted(taken.begin(), taken.end()));
  EXPECT_OK(sorter.Add("b", ""));
  EXPECT_OK(sorter.Add("a", ""));
  EXPECT_FALSE(sorter.ascending());
  EXPECT_OK(sorter.Sort());
  EXPECT_EQ(Scanned(sorter, "", ""), (Records{{"a", ""}, {"b", ""}}));
}

INSTANTIATE_TEST_SUITE_P(Budgets, SorterTest,
                         testing::Combine(testing::Values(1, 1000, 10000, 1 << 26),
                                          testing::Values(0, 1, 3)));

TEST(SorterFileTest, AMissingDirectoryIsAnErrorThatNamesTheFile) {
  Sorter sorter("/nowhere/at/all", 1);
  EXPECT_OK(sorter.Add("a", ""));
  const Status status = sorter.Add("b", "");  // what is full is written
  EXPECT_EQ(status.code(), StatusCode::kIoError);
  EXPECT_NE(status.message().find("/nowhere/at/all/run-"), std::string::npos) << status.message();
}

}  // namespace
}  // namespace diotima
