#include "cli/report/feature_json.h"

#include <diotima/status_macros.h>

#include "cli/report/definition_json.h"

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

Json StoredVersionsJson(const FeatureInfo& info, const std::string& current, bool count_rows) {
  Json versions = Json::array();
  for (const auto& version : info.versions) {
    versions.push_back({{"feature_version", version.feature_version},
                        {"current", version.feature_version == current},
                        {"id_columns", version.id_columns},
                        {"rows", count_rows ? Json(version.rows) : Json()}});
  }
  return versions;
}

// Of a feature that was never written, what is stored of it is empty.
Result<FeatureInfo> StoredInfo(Store* store, const std::string& feature, bool count_rows) {
  if (store == nullptr) return FeatureInfo();
  auto info = store->Describe(feature, count_rows);
  if (!info.ok() && info.status().code() == StatusCode::kNotFound) return FeatureInfo();
  return info;
}

// The store that it is read from: this one, a fallback, or none.
Json ReadFromJson(Store* store, const std::string& feature) {
  if (store == nullptr) return {};
  const auto path = store->SourcePath(feature);
  return path.ok() ? Json(*path) : Json();
}

}  // namespace

Result<Json> FeatureJson(const GraphSource& source, const std::string& feature, bool count_rows) {
  DIOTIMA_ASSIGN(const FeatureSpec* spec, source.graph.Get(feature));
  DIOTIMA_ASSIGN(const FeatureInfo info, StoredInfo(source.store.get(), feature, count_rows));
  const Json parsed = Json::parse(SpecJson(*spec), nullptr, /*allow_exceptions=*/false);
  Json object;
  object["key"] = feature;
  object["description"] = spec->description ? Json(*spec->description) : Json();
  object["metadata"] = Json::parse(spec->metadata, nullptr, /*allow_exceptions=*/false);
  object.update(DefinitionJson(source.graph, feature, source.truncation_length));
  object["project_version"] = source.graph.ProjectVersion(source.truncation_length);
  object["deps"] = parsed.value("deps", Json::array());
  object["columns"] = ColumnsJson(*spec, info);
  object["rows"] = Json();
  object["versions"] = StoredVersionsJson(info, object["feature_version"], count_rows);
  object["store"] = source.store ? Json(source.store->path()) : Json();
  object["read_from"] = ReadFromJson(source.store.get(), feature);
  object["spec"] = parsed;
  object["source"] = spec->source.empty() ? Json() : Json(spec->source);
  return object;
}

}  // namespace diotima::cli
