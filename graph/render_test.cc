#include <diotima/graph.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "codec/base/test_status.h"

namespace diotima {
namespace {

Graph Example() {
  const Result<Graph> graph = Graph::FromText(R"(
[[features]]
key = "u"
id_columns = ["id"]
fields = ["x", "y"]
[[features]]
key = "w"
id_columns = ["id"]
[[features]]
key = "d"
id_columns = ["id"]
deps = [{ feature = "u", optional = true, lineage = { type = "aggregation", on = ["a\"b\n<c>"] } },
        { feature = "w", fields_mapping = { type = "none" } }]
)",
                                              GraphFormat::kToml);
  EXPECT_OK(graph);
  return *graph;
}

TEST(RenderTest, Terminal) {
  EXPECT_EQ(Example().Render(RenderFormat::kTerminal), R"(u [id]
├─ x
└─ y
w [id]
└─ default
d [id]
├─ ← u (aggregation on a"b <c>, optional)
├─ ← w
└─ default ← u.x, u.y
)");
}

TEST(RenderTest, Mermaid) {
  EXPECT_EQ(Example().Render(RenderFormat::kMermaid), R"(flowchart TD
  f0["<b>u</b><br/>x<br/>y"]
  f1["<b>w</b><br/>default"]
  f2["<b>d</b><br/>default"]
  f0 -.->|"aggregation on a#34;b #60;c#62;, optional"| f2
  f1 --> f2
)");
}

TEST(RenderTest, Dot) {
  EXPECT_EQ(Example().Render(RenderFormat::kDot), R"(digraph features {
  node [shape=box];
  f0 [label="u\nx\ny"];
  f1 [label="w\ndefault"];
  f2 [label="d\ndefault"];
  f0 -> f2 [label="aggregation on a\"b <c>, optional", style=dashed];
  f1 -> f2;
}
)");
}

TEST(RenderTest, Json) {
  const auto json = nlohmann::json::parse(Example().Render(RenderFormat::kJson));
  ASSERT_EQ(json.at("features").size(), 3u);
  EXPECT_EQ(json.at("features").at(2).at("key"), "d");
  EXPECT_EQ(json.at("features").at(2).at("fields").at(0).at("parents"),
            (std::vector<std::string>{"u.x", "u.y"}));
  ASSERT_EQ(json.at("edges").size(), 2u);
  EXPECT_EQ(json.at("edges").at(0).at("lineage"), "aggregation");
  EXPECT_EQ(json.at("edges").at(0).at("optional"), true);
}

TEST(RenderTest, Empty) {
  EXPECT_EQ(Graph().Render(RenderFormat::kTerminal), "");
  EXPECT_EQ(Graph().Render(RenderFormat::kMermaid), "flowchart TD\n");
}

}  // namespace
}  // namespace diotima
