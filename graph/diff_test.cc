#include <diotima/graph_diff.h>
#include <gtest/gtest.h>

#include "codec/base/test_status.h"

namespace diotima {
namespace {

Graph Load(const std::string& text) {
  auto graph = Graph::FromText(text, GraphFormat::kToml, "test");
  EXPECT_OK(graph);
  return *graph;
}

constexpr char kBefore[] = R"(
[[features]]
key = "video/raw"
id_columns = ["id"]
fields = ["audio", "frames"]

[[features]]
key = "video/crop"
id_columns = ["id"]
fields = ["audio", "frames"]
deps = [{ feature = "video/raw", select = ["path"] }]

[[features]]
key = "video/faces"
id_columns = ["id"]
fields = ["faces"]
deps = [{ feature = "video/crop" }]

[[features]]
key = "gone"
id_columns = ["id"]
)";

constexpr char kAfter[] = R"(
[[features]]
key = "video/raw"
id_columns = ["id"]
fields = [{ key = "audio", code_version = "2" }, "frames"]

[[features]]
key = "video/crop"
id_columns = ["id"]
fields = ["audio", "frames", "text"]
deps = [{ feature = "video/raw", select = ["path", "size"] }]

[[features]]
key = "video/faces"
id_columns = ["id"]
fields = ["faces"]
deps = [{ feature = "video/crop" }]

[[features]]
key = "here"
id_columns = ["id"]
)";

TEST(GraphDiffTest, NothingChanged) {
  EXPECT_TRUE(DiffGraphs(Load(kBefore), Load(kBefore), 0).empty());
}

TEST(GraphDiffTest, AddedRemovedChangedDownToMembers) {
  const auto diffs = DiffGraphs(Load(kBefore), Load(kAfter), 8);
  ASSERT_EQ(diffs.size(), 5U);
  EXPECT_EQ(diffs[0].feature, "gone");
  EXPECT_EQ(diffs[0].kind, DiffKind::kRemoved);
  EXPECT_EQ(diffs[0].version_before.size(), 8U);
  EXPECT_EQ(diffs[0].version_after, "");
  EXPECT_EQ(diffs[1].feature, "here");
  EXPECT_EQ(diffs[1].kind, DiffKind::kAdded);

  EXPECT_EQ(diffs[2].feature, "video/crop");
  ASSERT_EQ(diffs[2].members.size(), 2U);
  EXPECT_EQ(diffs[2].members[0].what, "field");
  EXPECT_EQ(diffs[2].members[0].kind, DiffKind::kAdded);
  EXPECT_EQ(diffs[2].members[0].name, "text");
  EXPECT_EQ(diffs[2].members[1].what, "dep");
  EXPECT_EQ(diffs[2].members[1].member, "select");
  EXPECT_EQ(diffs[2].members[1].before, "(path)");
  EXPECT_EQ(diffs[2].members[1].after, "(path, size)");

  // Its own definition is as it was, but it takes all fields of what is upstream.
  EXPECT_EQ(diffs[3].feature, "video/faces");
  ASSERT_EQ(diffs[3].members.size(), 1U);
  EXPECT_EQ(diffs[3].members[0].member, "parents");
  EXPECT_EQ(diffs[3].members[0].after, "video/crop.audio, video/crop.frames, video/crop.text");
  EXPECT_NE(diffs[3].version_before, diffs[3].version_after);

  EXPECT_EQ(diffs[4].feature, "video/raw");
  ASSERT_EQ(diffs[4].members.size(), 1U);
  EXPECT_EQ(diffs[4].members[0].name, "audio");
  EXPECT_EQ(diffs[4].members[0].member, "code_version");
  EXPECT_EQ(diffs[4].members[0].after, "2");
}

}  // namespace
}  // namespace diotima
