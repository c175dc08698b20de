// What is stored of features.
#include <diotima/status_macros.h>

#include "kv/admin/admin.h"
#include "kv/scan/filtered_scan.h"

namespace diotima {

Result<FeatureInfo> Describe(const StoreCore* core, std::string_view feature, bool count_rows) {
  const StoreView view = core->catalog->TakeView();
  const auto entry = view.catalog->Find(feature);
  if (!entry) return NeverWritten(feature);
  FeatureInfo info;
  info.key = entry->key;
  for (const auto& column : entry->columns) info.columns.push_back({column.name, column.type});
  for (const auto& version : entry->versions) {
    info.versions.push_back({version.feature_version, version.id_columns, 0});
    if (!count_rows) continue;
    DIOTIMA_ASSIGN(info.versions.back().rows, CountRows(core, view, {entry->id, version.id}));
  }
  return info;
}

Result<std::string> SourcePath(const StoreCore* core, std::string_view feature) {
  SourceFinder finder(core);
  const FeatureSource source = finder.Find(feature, /*allow_fallback=*/true);
  if (source.core == nullptr) return NeverWritten(feature);
  return source.core->engine->path();
}

Result<std::vector<std::string>> WrittenFeatures(const StoreCore* core) {
  std::vector<std::string> keys;
  for (const auto& [key, entry] : core->catalog->state()->features) keys.push_back(key);
  return keys;
}

Result<std::string> RowSchema(const StoreCore* core, std::string_view feature) {
  const auto state = core->catalog->state();
  const auto entry = state->Find(feature);
  if (!entry) return NeverWritten(feature);
  const VersionEntry* version = &entry->versions.back();
  if (const auto definition = core->Definition(feature); definition.ok()) {
    DIOTIMA_ASSIGN(const VersionEntry* current, CurrentVersion(*entry, *definition));
    if (current != nullptr) version = current;
  }
  return FlatBuffersSchema(*state->Layout(*entry, *version), feature);
}

Result<std::string> EncodedRow(const StoreCore* core, std::string_view feature) {
  ReadOptions options;
  options.include_soft_deleted = true;
  options.allow_fallback = false;
  SourceFinder finder(core);
  DIOTIMA_ASSIGN(auto scan,
                 OpenScan(&finder, core->graph(), feature, options, /*stop_at_damage=*/true));
  if (scan->Valid()) return std::string(scan->row().value_bytes());
  DIOTIMA_TRY(scan->status());
  return Status::NotFound("feature '" + std::string(feature) + "' has no rows");
}

}  // namespace diotima
