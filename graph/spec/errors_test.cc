// Every refusal of golden/spec_errors.json that needs no rows, and that what is no error loads.
#include <diotima/graph.h>

#include <filesystem>

#include "codec/base/test_status.h"
#include "graph/golden_test.h"

namespace diotima {
namespace {

using Json = nlohmann::ordered_json;

bool FoundWithoutRows(const Json& golden) {
  const std::string stage = golden.at("stage"), name = golden.at("name");
  return stage != "resolve" || name == "filter_that_cannot_be_parsed" ||
         name == "filter_that_is_not_supported";
}

bool NamesOne(const std::string& message, const Json& features) {
  for (const Json& feature : features) {
    if (!feature.contains("key")) return message.find("features[") != std::string::npos;
    const Json& key = feature.at("key");
    std::string text = key.is_string() ? key.get<std::string>() : key.dump();
    if (key.is_array()) text = key.at(0).get<std::string>();
    // Control characters and backslashes are escaped in messages.
    text = text.substr(0, text.find_first_of(std::string_view("\n\\\0", 3)));
    if (key.is_null() ? message.find("features[") != std::string::npos
                      : message.find(text) != std::string::npos) {
      return true;
    }
  }
  return false;
}

TEST(SpecErrorsTest, Golden) {
  for (const Json& golden : ReadGolden("spec_errors.json")) {
    SCOPED_TRACE(golden.at("name").get<std::string>());
    const Json& features = golden.at("features");
    const Result<Graph> graph = Graph::FromText(features.dump(), GraphFormat::kJson, "golden.json");
    if (!FoundWithoutRows(golden)) {
      EXPECT_OK(graph);
      continue;
    }
    if (graph.ok()) {
      ADD_FAILURE() << "was not refused";
      continue;
    }
    const std::string& message = graph.status().message();
    EXPECT_EQ(graph.status().code(), StatusCode::kInvalidArgument);
    EXPECT_TRUE(NamesOne(message, features)) << message;
    EXPECT_TRUE(message.starts_with("golden.json:1: ")) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(SpecErrorsTest, GraphsOfScenariosAndHashesLoad) {
  const Json hashes = ReadGolden("hashes.json");
  for (const Json& golden : hashes.at("rows")) {
    const Result<Graph> graph = Graph::FromText(golden.at("features").dump(), GraphFormat::kJson);
    EXPECT_OK(graph) << golden.value("name", "") << ": " << graph.status().message();
  }
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(DIOTIMA_GOLDEN) + "/scenarios")) {
    if (entry.path().extension() != ".json") continue;
    const Json scenario = ReadGolden("scenarios/" + entry.path().filename().string());
    for (const auto& [name, features] : scenario.at("graphs").items()) {
      const Result<Graph> graph = Graph::FromText(features.dump(), GraphFormat::kJson);
      ASSERT_OK(graph) << entry.path() << ": " << graph.status().message();
      for (const auto& [key, version] : scenario.at("feature_versions").at(name).items()) {
        EXPECT_EQ(graph->Versions(key, scenario.at("hash_truncation_length")).feature_version,
                  version)
            << entry.path() << " " << key;
      }
    }
  }
}

}  // namespace
}  // namespace diotima
