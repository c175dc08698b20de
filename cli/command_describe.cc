// `describe`: everything about one feature.
#include "cli/command.h"
#include "cli/definition_json.h"
#include "cli/graph_source.h"
#include "cli/live_rows.h"
#include "codec/status_macros.h"

namespace diotima::cli {
namespace {

// Columns as stored, then those that are declared and not stored yet.
Json ColumnsJson(const FeatureSpec& spec, const FeatureInfo& info) {
  Json columns = Json::array();
  std::map<std::string, bool> stored;
  for (const auto& column : info.columns) {
    stored[column.name] = true;
    columns.push_back({{"name", column.name}, {"type", column.type.ToString()}, {"stored", true}});
  }
  for (const auto& [name, type] : spec.columns) {
    if (stored.contains(name)) continue;
    columns.push_back({{"name", name}, {"type", type.ToString()}, {"stored", false}});
  }
  return columns;
}

Json StoredVersionsJson(const FeatureInfo& info, const std::string& current) {
  Json versions = Json::array();
  for (const auto& version : info.versions) {
    versions.push_back({{"feature_version", version.feature_version},
                        {"current", version.feature_version == current},
                        {"id_columns", version.id_columns},
                        {"rows", version.rows}});
  }
  return versions;
}

// Of a feature that was never written, what is stored of it is empty.
Result<FeatureInfo> StoredInfo(Store* store, const std::string& feature) {
  if (store == nullptr) return FeatureInfo();
  auto info = store->Describe(feature, /*count_rows=*/true);
  if (!info.ok() && info.status().code() == StatusCode::kNotFound) return FeatureInfo();
  return info;
}

Status Describe(const std::string& feature, Session* session) {
  DIOTIMA_ASSIGN(const GraphSource source, FindGraph(session));
  DIOTIMA_ASSIGN(const FeatureSpec* spec, source.graph.Get(feature));
  DIOTIMA_ASSIGN(const FeatureInfo info, StoredInfo(source.store.get(), feature));
  const Json parsed = Json::parse(SpecJson(*spec), nullptr, /*allow_exceptions=*/false);
  uint64_t rows = 0;
  if (source.store) {
    DIOTIMA_ASSIGN(rows, CountLiveRows(source.store.get(), feature));
  }
  Json object;
  object["key"] = feature;
  object["description"] = spec->description ? Json(*spec->description) : Json();
  object["metadata"] = Json::parse(spec->metadata, nullptr, /*allow_exceptions=*/false);
  object.update(DefinitionJson(source.graph, feature, source.truncation_length));
  object["project_version"] = source.graph.ProjectVersion(source.truncation_length);
  object["deps"] = parsed.value("deps", Json::array());
  object["columns"] = ColumnsJson(*spec, info);
  object["rows"] = rows;
  object["versions"] = StoredVersionsJson(info, object["feature_version"]);
  object["store"] = source.store ? Json(source.store->path()) : Json();
  const auto read_from = source.store ? source.store->ReadFrom(feature) : Result<std::string>("");
  object["read_from"] = read_from.ok() && source.store ? Json(*read_from) : Json();
  object["spec"] = parsed;
  object["source"] = spec->source.empty() ? Json() : Json(spec->source);
  return PrintObject(session->output(), session->format(), object);
}

}  // namespace

void AddDescribe(CLI::App* parent, Run* run) {
  auto feature = std::make_shared<std::string>();
  CLI::App* command = AddCommand(parent, "describe", "Everything about one feature",
                                 "  diotima --store meta.db describe video/crop\n"
                                 "  diotima --graph features.toml describe video/crop\n");
  command->add_option("FEATURE", *feature, "The feature")->required();
  command->callback([=] { *run = [=](Session* session) { return Describe(*feature, session); }; });
}

}  // namespace diotima::cli
