// `list features` and `list stores`.
#include <diotima/status_macros.h>

#include "cli/commands/command.h"
#include "cli/report/definition_json.h"
#include "cli/report/graph_source.h"

namespace diotima::cli {
namespace {

Json FeatureOverview(const GraphSource& source, const std::string& feature, bool verbose) {
  Json definition = DefinitionJson(source.graph, feature, source.truncation_length);
  Json object;
  object["feature"] = feature;
  object["feature_version"] = definition["feature_version"];
  object["is_root"] = definition["is_root"];
  object["id_columns"] = definition["id_columns"];
  object["upstream"] = definition["upstream"];
  if (verbose) object.update(definition);
  return object;
}

// Dependencies first.
Status ListFeatures(bool verbose, Session* session) {
  DIOTIMA_ASSIGN(const GraphSource source, FindGraph(session));
  std::vector<Json> objects;
  for (const auto& feature : source.graph.TopologicalOrder()) {
    objects.push_back(FeatureOverview(source, feature, verbose));
  }
  return PrintObjects(session->output(), session->format(), objects);
}

Status ListStores(Session* session) {
  std::vector<Json> objects;
  const Config& config = session->config();
  for (const auto& store : config.stores) {
    objects.push_back({{"store", store.name},
                       {"path", store.path},
                       {"default", store.name == config.default_store},
                       {"read_only", store.read_only},
                       {"fallback_stores", store.fallback_stores}});
  }
  return PrintObjects(session->output(), session->format(), objects);
}

}  // namespace

void AddList(CLI::App* parent, Run* run) {
  CLI::App* command =
      AddCommand(parent, "list", "List features or stores",
                 "  diotima --graph features.toml list features -v\n  diotima list stores\n");
  command->require_subcommand(1);
  auto verbose = std::make_shared<bool>(false);
  CLI::App* features = AddCommand(command, "features", "List the features of the graph",
                                  "  diotima --graph features.toml list features -v\n");
  features->add_flag("-v", *verbose, "With fields, dependencies and versions");
  features->callback(
      [=] { *run = [=](Session* session) { return ListFeatures(*verbose, session); }; });
  CLI::App* stores = AddCommand(command, "stores", "List the stores of the configuration",
                                "  diotima --config diotima.toml list stores\n");
  stores->callback([=] { *run = ListStores; });
}

}  // namespace diotima::cli
