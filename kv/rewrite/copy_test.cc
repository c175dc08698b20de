#include <diotima/store.h>
#include <gtest/gtest.h>

#include "kv/test_store.h"

namespace diotima {
namespace {

class CopyTest : public StoreTest {
 protected:
  std::vector<std::string> Texts(Store& store, const ReadOptions& read) {
    std::vector<std::string> texts;
    auto cursor = store.Read("root", read);
    EXPECT_TRUE(cursor.ok()) << cursor.status().ToString();
    for (; cursor->Valid(); cursor->Next()) {
      texts.emplace_back(cursor->row().Get("text").text());
    }
    return texts;
  }
};

TEST_F(CopyTest, RowsOfOneSampleInOneCommitKeepTheirOrder) {
  ASSERT_TRUE(Open().ok());
  const RowBatch older = Rows(1, 1, "older"), newer = Rows(1, 1, "newer");
  ASSERT_TRUE(store_->WriteMulti({{"root", &older}, {"root", &newer}}).ok());
  auto target = Store::Open(directory_ + "/target", options_);
  ASSERT_TRUE(target.ok());
  CopyOptions copy;
  copy.features = {"root", "root"};  // named twice: copied once
  copy.with_sample_history = true;
  for (int i = 1; i <= 2; ++i) {
    auto result = (*target)->CopyFrom(*store_, copy);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->rows, 2);
    EXPECT_EQ(Texts(**target, {}), std::vector<std::string>{"newer"});
    ReadOptions history;
    history.with_sample_history = true;
    EXPECT_EQ(Texts(**target, history).size(), 2 * i);
  }
}

TEST_F(CopyTest, WhatIsWrittenLaterIsLaterThoughTheClocksDiffer) {
  ASSERT_TRUE(Open().ok());
  clock_ = 2000;
  ASSERT_TRUE(store_->Write("root", Rows(1, 1, "copied")).ok());
  clock_ = 1000;
  auto target = Store::Open(directory_ + "/target", options_);
  ASSERT_TRUE(target.ok());
  CopyOptions copy;
  copy.features = {"root"};
  ASSERT_TRUE((*target)->CopyFrom(*store_, copy).ok());
  clock_ = 1500;
  ASSERT_TRUE((*target)->Write("root", Rows(1, 1, "written")).ok());
  EXPECT_EQ(Texts(**target, {}), std::vector<std::string>{"written"});
}

TEST_F(CopyTest, EmptyListsGoToAColumnOfLists) {
  ASSERT_TRUE(Open().ok());
  auto target = Store::Open(directory_ + "/target", options_);
  ASSERT_TRUE(target.ok());
  const Value one = Value::Int64(1);
  RowBatch empty = Rows(1, 1), full = Rows(2, 1);
  empty.Set("list", Value::List(nullptr, 0));
  full.Set("list", Value::List(&one, 1));
  ASSERT_TRUE(store_->Write("root", empty).ok());
  ASSERT_TRUE((*target)->Write("root", full).ok());
  CopyOptions copy;
  copy.features = {"root"};
  const auto result = (*target)->CopyFrom(*store_, copy);
  EXPECT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_EQ(Texts(**target, {}).size(), 2);
}

}  // namespace
}  // namespace diotima
