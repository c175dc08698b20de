// Every value of golden/versions.json.
#include <diotima/graph.h>

#include <algorithm>
#include <thread>

#include "codec/base/test_status.h"
#include "graph/golden_test.h"

namespace diotima {
namespace {

using Json = nlohmann::ordered_json;
using Strings = std::vector<std::string>;

// nlohmann does not keep integers beyond 64 bits: that case is read from the text of the file.
constexpr std::string_view kBig = "1e+30";
constexpr std::string_view kBigDigits = "1000000000000000000000000000000";

std::string FeaturesText(const Json& features) {
  std::string text = features.dump();
  if (const size_t at = text.find("\"big\":1e+30"); at != std::string::npos) {
    text.replace(text.find(kBig, at), kBig.size(), kBigDigits);
  }
  return text;
}

void ExpectFields(const FeatureVersions& versions, const Json& expected) {
  ASSERT_EQ(versions.fields.size(), expected.size());
  for (const FieldVersion& field : versions.fields) {
    SCOPED_TRACE(field.key);
    Strings parents;
    for (const FieldRef& parent : field.parents) parents.push_back(parent.FullName());
    EXPECT_EQ(field.version, expected.at(field.key).at("version"));
    EXPECT_EQ(parents, expected.at(field.key).at("parents").get<Strings>());
  }
}

void ExpectFeature(const Graph& graph, const FeatureSpec& spec, uint32_t length,
                   const Json& expected) {
  SCOPED_TRACE(spec.key);
  const FeatureVersions& versions = graph.Versions(spec.key, length);
  if (expected.contains("spec_json")) {
    EXPECT_EQ(SpecJson(spec), expected.at("spec_json"));
  }
  EXPECT_EQ(versions.feature_version, expected.at("feature_version"));
  EXPECT_EQ(versions.code_version, expected.at("code_version"));
  EXPECT_EQ(versions.spec_version, expected.at("spec_version")) << SpecJson(spec);
  EXPECT_EQ(versions.definition_version, expected.at("definition_version"));
  ExpectFields(versions, expected.at("fields"));
  EXPECT_EQ(graph.IsRoot(spec.key), expected.at("is_root"));
  EXPECT_EQ(graph.Upstream(spec.key), expected.at("upstream").get<Strings>());
  Strings downstream = graph.Downstream(spec.key);
  Strings expected_downstream = expected.at("downstream").get<Strings>();
  std::sort(downstream.begin(), downstream.end());
  std::sort(expected_downstream.begin(), expected_downstream.end());
  EXPECT_EQ(downstream, expected_downstream);
  EXPECT_EQ(spec.id_columns, expected.at("id_columns").get<Strings>());
  EXPECT_EQ(graph.InputIdColumns(spec.key), expected.at("input_id_columns").get<Strings>());
  EXPECT_EQ(graph.JoinColumns(spec.key), expected.at("join_columns").get<Strings>());
}

void ExpectGraph(const Graph& graph, const Json& golden) {
  const uint32_t length = golden.at("hash_truncation_length");
  EXPECT_EQ(graph.features().size(), golden.at("expect").size());
  for (const FeatureSpec& spec : graph.features()) {
    ExpectFeature(graph, spec, length, golden.at("expect").at(spec.key));
  }
  EXPECT_EQ(graph.ProjectVersion(length), golden.at("project_version"));
  EXPECT_EQ(graph.TopologicalOrder(), golden.at("topological_order").get<Strings>());
  EXPECT_EQ(graph.TopologicalOrder(true), golden.at("topological_order_descending").get<Strings>());
}

TEST(VersionsTest, Golden) {
  for (const Json& golden : ReadGolden("versions.json")) {
    SCOPED_TRACE(golden.at("name").get<std::string>());
    const Result<Graph> graph =
        Graph::FromText(FeaturesText(golden.at("features")), GraphFormat::kJson);
    ASSERT_OK(graph);
    ExpectGraph(*graph, golden);
  }
}

TEST(VersionsTest, GoldenAgainAfterARoundTrip) {
  for (const Json& golden : ReadGolden("versions.json")) {
    SCOPED_TRACE(golden.at("name").get<std::string>());
    const Result<Graph> graph =
        Graph::FromText(FeaturesText(golden.at("features")), GraphFormat::kJson);
    ASSERT_OK(graph);
    const Result<Graph> again = Graph::FromText(graph->ToJson(), GraphFormat::kJson);
    ASSERT_OK(again);
    ExpectGraph(*again, golden);
    EXPECT_EQ(again->ToJson(), graph->ToJson());
  }
}

TEST(VersionsTest, EmptyGraph) {
  const Graph graph;
  EXPECT_TRUE(graph.empty());
  EXPECT_EQ(graph.ProjectVersion(0), "empty");
  EXPECT_EQ(graph.ProjectVersion(8), "empty");
  EXPECT_TRUE(graph.TopologicalOrder().empty());
}

TEST(VersionsTest, AskedForByManyThreads) {
  const Json golden = ReadGolden("versions.json").at(10);
  const Result<Graph> graph = Graph::FromText(golden.at("features").dump(), GraphFormat::kJson);
  ASSERT_OK(graph);
  const std::string key = graph->features().back().key;
  const std::string expected = golden.at("expect").at(key).at("feature_version");
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (uint32_t length : {0u, 8u, 16u, 64u}) {
        const std::string& version = graph->Versions(key, length).feature_version;
        EXPECT_EQ(version.size(), length == 0 ? 64 : length);
      }
      EXPECT_EQ(graph->Versions(key, 0).feature_version, expected);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// A recursion over the graph would overflow the stack here.
TEST(VersionsTest, VeryLongChain) {
  constexpr int kLength = 20000;
  std::vector<FeatureSpec> specs;
  for (int i = 0; i < kLength; ++i) {
    FeatureSpec& spec = specs.emplace_back();
    spec.key = "f" + std::to_string(i);
    spec.id_columns = {"id"};
    spec.fields.emplace_back();
    if (i > 0) spec.deps.emplace_back().feature = "f" + std::to_string(i - 1);
  }
  const Result<Graph> graph = Graph::FromSpecs(specs);
  ASSERT_OK(graph);
  EXPECT_EQ(graph->Downstream("f0").size(), kLength - 1u);
  EXPECT_EQ(graph->AllUpstream("f19999").front(), "f0");
  EXPECT_EQ(graph->Versions("f19999", 16).feature_version.size(), 16u);
}

}  // namespace
}  // namespace diotima
