#include <diotima/graph.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "codec/base/test_status.h"

namespace diotima {
namespace {

constexpr const char* kGraph = R"(
[[features]]
key = "video/raw"
id_columns = ["video_id"]
fields = ["audio", "frames"]
columns = { recorded_at = "timestamp", score = "double", tags = "list<string>" }

[[features]]
key = "video/crop"
id_columns = ["video_id"]
description = "cut out"
metadata = { owner = "vision", since = 2024, ratio = 1.0 }
fields = [
  { key = "audio", code_version = "2" },
  { key = "frames", code_version = "1", deps = [{ feature = "video/raw", fields = ["frames"] }] },
]
deps = [{ feature = "video/raw", rename = { score = "raw_score" }, select = ["raw_score"],
          filters = ["raw_score > 0.5"], lineage = "identity", optional = false,
          fields_mapping = { type = "default", match_suffix = true } }]
)";

// A root `u` with the fields x and a/b, and `d` with what is given.
std::string WithDep(const std::string& d) {
  return "[[features]]\nkey = \"u\"\nid_columns = [\"id\", \"n\"]\nfields = [\"x\", \"a/b\"]\n"
         "[[features]]\nkey = \"w\"\nid_columns = [\"id\", \"n\"]\n"
         "[[features]]\nkey = \"d\"\nid_columns = [\"id\"]\n" +
         d;
}

std::string Error(const std::string& text, GraphFormat format = GraphFormat::kToml) {
  const Result<Graph> graph = Graph::FromText(text, format, "f");
  if (graph.ok()) return "no error";
  EXPECT_EQ(graph.status().code(), StatusCode::kInvalidArgument);
  return graph.status().message();
}

TEST(GraphTest, FromToml) {
  const Result<Graph> graph = Graph::FromText(kGraph, GraphFormat::kToml, "f.toml");
  ASSERT_OK(graph);
  const FeatureSpec& raw = **graph->Get("video/raw");
  const FeatureSpec& crop = **graph->Get("video/crop");
  EXPECT_EQ(raw.source, "f.toml:2");
  EXPECT_EQ(raw.fields[0].code_version, kInitialCodeVersion);
  ASSERT_EQ(raw.columns.size(), 3u);
  EXPECT_EQ(raw.columns[0].first, "recorded_at");
  EXPECT_EQ(raw.columns[2].second.ToString(), "list<string>");
  EXPECT_EQ(crop.metadata, R"({"owner": "vision", "since": 2024, "ratio": 1.0})");
  EXPECT_EQ(crop.deps[0].filters->at(0), "raw_score > 0.5");
  EXPECT_TRUE(crop.deps[0].fields_mapping.match_suffix);
  const FeatureVersions& versions = graph->Versions("video/crop", 0);
  ASSERT_EQ(versions.fields.size(), 2u);
  EXPECT_EQ(versions.fields[0].parents, (std::vector<FieldRef>{{"video/raw", "audio"}}));
  EXPECT_EQ(versions.fields[1].parents, (std::vector<FieldRef>{{"video/raw", "frames"}}));
  EXPECT_TRUE(graph->warnings().empty());
}

TEST(GraphTest, ToJsonKeepsColumnsAndVersions) {
  const Result<Graph> graph = Graph::FromText(kGraph, GraphFormat::kToml);
  ASSERT_OK(graph);
  const Result<Graph> again = Graph::FromText(graph->ToJson(), GraphFormat::kJson);
  ASSERT_OK(again);
  EXPECT_EQ(again->ProjectVersion(0), graph->ProjectVersion(0));
  EXPECT_EQ(again->ToJson(), graph->ToJson());
  EXPECT_EQ(again->features()[0].columns[1].second.ToString(), "double");
}

TEST(GraphTest, BothSpellingsAreOne) {
  const std::string metaxy = R"([
    {"key": ["u"], "id_columns": ["id"], "fields": [{"key": ["x", "y"]}, {"key": "z"}]},
    {"key": "d", "id_columns": ["id"], "deps": [{"feature": ["u"],
      "lineage": {"relationship": {"type": "1:N", "on": ["id"]}}, "sql_filters": ["a = 1"],
      "fields_mapping": {"mapping": {"type": "specific", "mapping": {"default": [["x", "y"]]}}}}],
     "fields": [{"key": "default"}, {"key": "f", "deps": "__METAXY_ALL_DEP__"}]}])";
  const std::string toml = R"(
    [[features]]
    key = "u"
    id_columns = ["id"]
    fields = ["x/y", "z"]
    [[features]]
    key = "d"
    id_columns = ["id"]
    fields = ["default", { key = "f", deps = "all" }]
    [[features.deps]]
    feature = "u"
    lineage = { type = "expansion", on = ["id"] }
    filters = ["a = 1"]
    fields_mapping = { type = "specific", mapping = { default = ["x/y"] } })";
  const Result<Graph> a = Graph::FromText(metaxy, GraphFormat::kJson);
  const Result<Graph> b = Graph::FromText(toml, GraphFormat::kToml);
  ASSERT_OK(a);
  ASSERT_OK(b);
  EXPECT_EQ(a->ToJson(), b->ToJson());
}

TEST(GraphTest, NoFeatures) {
  for (const char* text : {"", "# nothing\n", "features = []"}) {
    const Result<Graph> graph = Graph::FromText(text, GraphFormat::kToml);
    ASSERT_OK(graph);
    EXPECT_TRUE(graph->empty());
  }
}

TEST(GraphTest, UnknownNamesComeWithTheNearest) {
  EXPECT_EQ(Error("[[featuers]]\n"),
            "f:1: unknown member \"featuers\"; did you mean \"features\"?");
  EXPECT_EQ(Error("[[features]]\nkey = \"a\"\nid_colums = [\"id\"]\n"),
            "f:3: feature \"a\": unknown member \"id_colums\"; did you mean \"id_columns\"?");
  EXPECT_EQ(Error(WithDep("deps = [{ feature = \"u\", lineage = { type = \"agregation\" } }]")),
            "f:11: feature \"d\": deps[0].lineage: unknown type \"agregation\"; did you mean "
            "\"aggregation\"?");
  EXPECT_EQ(Error("[[features]]\nkey = \"a\"\nid_columns = [\"id\"]\ncolumns = { t = \"strin\" }")
                .substr(0, 29),
            "f:4: feature \"a\": columns.t: ");
  const Result<Graph> graph = Graph::FromText(kGraph, GraphFormat::kToml);
  ASSERT_OK(graph);
  EXPECT_EQ(graph->Get("video/corp").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(graph->Get("video/corp").status().message(),
            "there is no feature \"video/corp\" in the graph; did you mean \"video/crop\"?");
  EXPECT_EQ(graph->Find("video/corp"), nullptr);
}

// What golden/spec_errors.json has no case for.
TEST(GraphTest, Refusals) {
  const std::pair<std::string, std::string> kCases[] = {
      {"deps = [{ feature = \"u\" }, { feature = \"u\" }]", "two of its deps are on \"u\""},
      {"fields = [\"a/b\", \"a_b\"]",
       "the fields \"a/b\" and \"a_b\" are both stored as \"a_b\"; give one another key"},
      {"deps = [{ feature = \"u\", lineage = { type = \"aggregation\", on = [] } }]",
       "the dep on \"u\": \"on\" is empty; name at least one column"},
      {"deps = [{ feature = \"u\", rename = { metaxy_provenance = \"p\" } }]",
       "the dep on \"u\" renames \"metaxy_provenance\" to \"p\"; \"metaxy_provenance\" is a system "
       "column"},
      {"deps = [{ feature = \"u\", rename = { a = \"p\" } }, { feature = \"w\", rename = { b = "
       "\"p\" } }]",
       "the column \"p\" comes from both \"u\" and \"w\"; rename it in one of the deps"},
      {"deps = [{ feature = \"uu\" }]",
       "it depends on the unknown feature \"uu\"; did you mean \"u\"?"},
      {"columns = { metaxy_provenance = \"string\" }",
       "columns gives a type to the system column \"metaxy_provenance\""},
      {"deps = [{ feature = \"u\" }, { feature = \"w\" }]\nfields = [{ key = \"f\", deps = [{ "
       "feature = \"u\", fields = [\"a/c\"] }] }]",
       "the field \"f\" depends on the unknown field \"a/c\" of \"u\"; did you mean \"a/b\"?"},
  };
  for (const auto& [d, message] : kCases) {
    EXPECT_EQ(Error(WithDep(d)), "f:8: feature \"d\": " + message);
  }
  EXPECT_EQ(Error(WithDep("metadata = { a = [nan] }")),
            "f:11: feature \"d\": metadata holds what JSON can, which has no nan and inf");
  EXPECT_EQ(Error(WithDep("metadata.a = 2024-01-01")),
            "f:11: feature \"d\": metadata holds what JSON can: write a time as text");
  EXPECT_EQ(Error(WithDep("deps = [{ feature = \"u\", filters = [\"a = 1\"], sql_filters = [] }]")),
            "f:11: feature \"d\": deps[0] has both \"filters\" and \"sql_filters\"");
}

TEST(GraphTest, IdColumnsThatAreNone) {
  const auto error = [](const std::string& ids) {
    return Error("[[features]]\nkey = \"a\"\nid_columns = " + ids);
  };
  EXPECT_EQ(error("[\"\"]"), "f:1: feature \"a\": id_columns has an empty name");
  EXPECT_EQ(error("[\"a\", \"b\", \"a\"]"), "f:1: feature \"a\": id_columns names \"a\" twice");
  EXPECT_EQ(error("[\"metaxy_created_at\"]"),
            "f:1: feature \"a\": id_columns names the system column \"metaxy_created_at\"");
}

TEST(GraphTest, SharedColumnsThatAreNoCollision) {
  for (const char* d : {
           "deps = [{ feature = \"u\", select = [\"id\", \"n\"] }, { feature = \"w\", select = "
           "[\"id\", \"n\"] }]",
           "deps = [{ feature = \"u\", rename = { n = \"m\" } }, { feature = \"w\", rename = { n = "
           "\"m\" } }]",
           "deps = [{ feature = \"u\", select = [\"p\"] }, { feature = \"w\", select = [\"p\"], "
           "lineage = { type = \"aggregation\", on = [\"p\"] } }]",
       }) {
    const bool collides = std::string(d).find("\"p\"") != std::string::npos;
    EXPECT_EQ(Error(WithDep(d)) == "no error", !collides) << Error(WithDep(d));
  }
}

TEST(GraphTest, FromSpecsChecksWhatTextCannotHold) {
  FeatureSpec spec;
  spec.key = "a";
  spec.id_columns = {"id"};
  const auto error = [](const FeatureSpec& s) { return Graph::FromSpecs({s}).status().message(); };
  EXPECT_EQ(error(spec), "");
  spec.metadata = "[1]";
  EXPECT_EQ(error(spec), "feature \"a\": metadata must be a table, not a list");
  spec.metadata = "{";
  EXPECT_TRUE(error(spec).starts_with("feature \"a\": metadata:1:1: ")) << error(spec);
  spec.metadata = "{}";
  spec.description = "\xff";
  EXPECT_EQ(error(spec), "feature \"a\": the text \"\\ufffd\" is not UTF-8");
}

TEST(GraphTest, WarnsOfFieldDepsOnARoot) {
  const Result<Graph> graph = Graph::FromText(
      "[[features]]\nkey = \"a\"\nid_columns = [\"id\"]\nfields = [{ key = \"x\", deps = \"all\" "
      "}]",
      GraphFormat::kToml, "f");
  ASSERT_OK(graph);
  EXPECT_EQ(graph->warnings(),
            std::vector<std::string>{"f:1: feature \"a\": the deps of the field \"x\" are ignored, "
                                     "as the feature has no deps"});
}

TEST(GraphTest, Files) {
  const std::filesystem::path dir = std::filesystem::path(testing::TempDir()) / "diotima_graph";
  std::filesystem::create_directories(dir);
  const std::string a = dir / "a.toml", b = dir / "b.json";
  std::ofstream(a) << "[[features]]\nkey = \"a\"\nid_columns = [\"id\"]\n";
  std::ofstream(b)
      << "[\n{\"key\": \"b\", \"id_columns\": [\"id\"], \"deps\": [{\"feature\": \"a\"}]}]";
  const Result<Graph> graph = Graph::FromFiles({b, a});
  ASSERT_OK(graph);
  EXPECT_EQ(graph->features()[0].source, b + ":2");
  EXPECT_EQ(graph->AllUpstream("b"), std::vector<std::string>{"a"});
  EXPECT_EQ(Graph::FromFiles({a, a}).status().message(),
            a + ":1: feature \"a\": it is defined a second time; the first is at " + a + ":1");
  EXPECT_EQ(Graph::FromFile(dir / "none.toml").status().code(), StatusCode::kNotFound);
  EXPECT_FALSE(Graph::FromFile(dir).ok());
  std::filesystem::remove_all(dir);
}

TEST(GraphTest, ExampleOfTheGuideLoads) {
  std::ifstream file(std::string(DIOTIMA_GOLDEN) + "/../../docs/graph-files.md");
  const std::string guide(std::istreambuf_iterator<char>(file), {});
  const size_t start = guide.find("```toml\n");
  ASSERT_NE(start, std::string::npos);
  const std::string example = guide.substr(start + 8, guide.find("```", start + 8) - start - 8);
  const Result<Graph> graph = Graph::FromText(example, GraphFormat::kToml);
  ASSERT_OK(graph);
  EXPECT_EQ(graph->Upstream("video/crop"), std::vector<std::string>{"video/raw"});
}

TEST(GraphTest, NamesInMessagesAreOnOneLine) {
  EXPECT_EQ(Error(WithDep("columns = { \"a\\nb\" = 1 }")),
            "f:11: feature \"d\": columns.\"a\\nb\" must be text, not an integer");
}

}  // namespace
}  // namespace diotima
