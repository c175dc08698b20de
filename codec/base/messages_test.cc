#include "codec/base/messages.h"

#include <gtest/gtest.h>

namespace diotima {
namespace {

TEST(MessagesTest, NearestName) {
  EXPECT_EQ(NearestName("optinal", {"select", "optional"}), "optional");
  EXPECT_EQ(NearestName("zzz", {"select", "optional"}), "");
  EXPECT_EQ(NearestName("a", {}), "");
}

TEST(MessagesTest, DidYouMean) {
  EXPECT_EQ(DidYouMean("optinal", {"select", "optional"}), ": did you mean 'optional'?");
  EXPECT_EQ(DidYouMean("zzz", {"select", "optional"}), "");
}

TEST(MessagesTest, Join) {
  EXPECT_EQ(Join({}), "");
  EXPECT_EQ(Join({"", "b", "c"}, "|"), "|b|c");
}

}  // namespace
}  // namespace diotima
