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
    EXPECT_OK(cursor);
    for (; cursor->Valid(); cursor->Next()) {
      texts.emplace_back(cursor->row().Get("text").unchecked_text());
    }
    return texts;
  }
};

TEST_F(CopyTest, RowsOfOneSampleInOneCommitKeepTheirOrder) {
  ASSERT_OK(Open());
  const RowBatch older = Rows(1, 1, "older"), newer = Rows(1, 1, "newer");
  ASSERT_OK(store_->WriteMulti({{"root", &older}, {"root", &newer}}));
  auto target = Store::Open(directory_ + "/target", options_);
  ASSERT_OK(target);
  CopyOptions copy;
  copy.features = {"root", "root"};  // named twice: copied once
  copy.with_sample_history = true;
  for (int i = 1; i <= 2; ++i) {
    auto result = (*target)->CopyFrom(*store_, copy);
    ASSERT_OK(result);
    EXPECT_EQ(result->rows, 2);
    EXPECT_EQ(Texts(**target, {}), std::vector<std::string>{"newer"});
    ReadOptions history;
    history.with_sample_history = true;
    EXPECT_EQ(Texts(**target, history).size(), 2 * i);
  }
}

TEST_F(CopyTest, WhatIsWrittenLaterIsLaterThoughTheClocksDiffer) {
  ASSERT_OK(Open());
  clock_ = 2000;
  ASSERT_OK(store_->Write("root", Rows(1, 1, "copied")));
  clock_ = 1000;
  auto target = Store::Open(directory_ + "/target", options_);
  ASSERT_OK(target);
  CopyOptions copy;
  copy.features = {"root"};
  ASSERT_OK((*target)->CopyFrom(*store_, copy));
  clock_ = 1500;
  ASSERT_OK((*target)->Write("root", Rows(1, 1, "written")));
  EXPECT_EQ(Texts(**target, {}), std::vector<std::string>{"written"});
}

TEST_F(CopyTest, EmptyListsGoToAColumnOfLists) {
  ASSERT_OK(Open());
  auto target = Store::Open(directory_ + "/target", options_);
  ASSERT_OK(target);
  const Value one = Value::Int64(1);
  RowBatch empty = Rows(1, 1), full = Rows(2, 1);
  empty.Set("list", Value::List(nullptr, 0));
  full.Set("list", Value::List(&one, 1));
  ASSERT_OK(store_->Write("root", empty));
  ASSERT_OK((*target)->Write("root", full));
  CopyOptions copy;
  copy.features = {"root"};
  const auto result = (*target)->CopyFrom(*store_, copy);
  EXPECT_OK(result);
  EXPECT_EQ(Texts(**target, {}).size(), 2);
}

}  // namespace
}  // namespace diotima
