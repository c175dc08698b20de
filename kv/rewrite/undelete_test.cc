#include <diotima/store.h>

#include "kv/test_store.h"

namespace diotima {
namespace {

using UndeleteTest = StoreTest;

TEST_F(UndeleteTest, BringsBackTheLastRowBeforeTheDeletion) {
  ASSERT_OK(Open());
  clock_ = 1000;
  ASSERT_OK(store_->Write("root", Rows(0, 4, "first")));
  clock_ = 2000;
  ASSERT_OK(store_->Write("root", Rows(1, 2, "second")));
  clock_ = 3000;
  DeleteOptions gone;
  gone.filters = {"id IN (1, 3)"};
  ASSERT_OK(store_->Delete("root", gone));
  clock_ = 4000;
  gone.filters = {"id = 2"};
  ASSERT_OK(store_->Delete("root", gone));
  EXPECT_EQ(Ids(*store_), std::vector<int64_t>{0});

  UndeleteOptions some;
  some.filters = {"id > 0", "text = 'second'"};
  some.dry_run = true;
  EXPECT_EQ(store_->Undelete("root", some)->rows, 2u);
  EXPECT_EQ(Ids(*store_), std::vector<int64_t>{0});
  some.dry_run = false;
  clock_ = 5000;
  const auto undeleted = store_->Undelete("root", some);
  ASSERT_OK(undeleted);
  EXPECT_EQ(undeleted->rows, 2u);
  EXPECT_EQ(Ids(*store_), (std::vector<int64_t>{0, 1, 2}));
  auto cursor = store_->Read("root", {.filters = {"id = 1"}});
  ASSERT_OK(cursor);
  EXPECT_EQ(cursor->row().Get("text").unchecked_text(), "second");
  EXPECT_EQ(cursor->row().Get(kCreatedAt).unchecked_timestamp(), 2000);
  EXPECT_EQ(cursor->row().Get(kUpdatedAt).unchecked_timestamp(), 5000);
  EXPECT_EQ(store_->Undelete("root")->rows, 1u);
  EXPECT_EQ(store_->Undelete("root")->rows, 0u) << "nothing is deleted any more";
  EXPECT_EQ(Ids(*store_).size(), 4u);
  EXPECT_EQ(Ids(*store_, {.as_of = FromMicros(4500)}), std::vector<int64_t>{0});
}

// What came as a deletion has no row to bring back.
TEST_F(UndeleteTest, ADeletionAloneStays) {
  ASSERT_OK(Open());
  clock_ = 1000;
  RowBatch batch = Rows(1, 1);
  batch.Set(kDeletedAt, Value::Timestamp(500));
  ASSERT_OK(store_->Write("root", batch));
  EXPECT_EQ(store_->Undelete("root")->rows, 0u);
  ExpectError(store_->Undelete("child").status(), StatusCode::kNotFound, "never written");
}

}  // namespace
}  // namespace diotima
