#include "kv/catalog/feature_draft.h"

#include <diotima/status_macros.h>

#include <algorithm>

#include "codec/base/messages.h"
#include "graph/spec/names.h"

namespace diotima {
namespace {

// FlatBuffers has 16 bits for the place of a field.
constexpr uint32_t kMaxColumnId = 30000;

}  // namespace

Status CheckIdColumns(std::string_view feature, const VersionEntry& version,
                      const std::vector<std::string>& id_columns) {
  auto sorted = [](std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    return names;
  };
  if (sorted(version.id_columns) == sorted(id_columns)) return Status::Ok();
  return Status::SchemaMismatch(
      "feature '" + std::string(feature) + "': version " + version.feature_version +
      " was written with the id columns (" + Join(version.id_columns) + "), the definition has (" +
      Join(id_columns) + "): change a code version of the feature when its id columns change");
}

FeatureDraft::FeatureDraft(std::shared_ptr<const FeatureEntry> existing, const std::string& feature,
                           uint32_t new_id)
    : existing_(std::move(existing)), changed_(existing_ == nullptr) {
  if (existing_) {
    entry_ = *existing_;
  } else {
    entry_.id = new_id;
    entry_.key = feature;
  }
}

Status FeatureDraft::TakeDeclared(const FeatureSpec& spec, bool stored) {
  for (const auto& [name, declared] : spec.columns) {
    const auto column =
        std::find_if(entry_.columns.begin(), entry_.columns.end(),
                     [&wanted = name](const StoredColumn& c) { return c.name == wanted; });
    if (column == entry_.columns.end()) continue;
    const auto merged = MergeTypes(column->type, declared);
    if (merged && *merged == column->type) continue;
    if (!merged && stored) {
      return Status::SchemaMismatch(
          "feature '" + entry_.key + "': column '" + name + "' is " + column->type.ToString() +
          " in the store, and the definition declares " + declared.ToString() +
          ": change the stored type by `diotima alter " + entry_.key + " --column " + name + "=" +
          declared.ToString() + "`, or declare " + column->type.ToString());
    }
    if (!merged) column->id = entry_.NextColumnId();
    column->type = merged ? *merged : declared;
    Change();
  }
  return Status::Ok();
}

Result<size_t> FeatureDraft::AddColumn(const std::string& name, const Type& type) {
  // The catalog keeps types as text: one that does not read back must not get there.
  if (type.nested()) {
    auto read_back = Type::Parse(type.ToString());
    if (!read_back.ok() || !(*read_back == type)) {
      return Status::SchemaMismatch("feature '" + entry_.key + "': the values of column '" + name +
                                    "' are nested too deep, or have keys of mixed types");
    }
  }
  auto& columns = entry_.columns;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name != name) continue;
    auto refined = RefineType(columns[i].type, type);
    if (refined && !(*refined == columns[i].type)) {
      columns[i].type = *std::move(refined);
      Change();
    }
    return i;
  }
  const uint32_t id = entry_.NextColumnId();
  if (id > kMaxColumnId) {
    return Status::SchemaMismatch("feature '" + entry_.key + "' has " +
                                  std::to_string(columns.size()) +
                                  " columns: there can be no more");
  }
  columns.push_back({id, name, type});
  Change();
  return columns.size() - 1;
}

Result<const VersionEntry*> FeatureDraft::AddVersion(const std::string& feature_version,
                                                     const std::vector<std::string>& fields,
                                                     const std::vector<std::string>& id_columns) {
  if (const VersionEntry* version = entry_.FindVersion(feature_version)) return version;
  for (const auto& id : id_columns) DIOTIMA_TRY(AddColumn(id, Type()).status());
  const uint32_t id = entry_.versions.empty() ? 1 : entry_.versions.back().id + 1;
  // A sample has one key in all versions with the same id columns, in whatever order they are
  // named.
  auto order = id_columns;
  for (const auto& version : entry_.versions) {
    if (CheckIdColumns(entry_.key, version, id_columns).ok()) order = version.id_columns;
  }
  entry_.versions.push_back({id, feature_version, std::move(order), fields});
  Change();
  return &entry_.versions.back();
}

Result<const VersionEntry*> FeatureDraft::AddVersion(const FeatureDefinition& definition) {
  DIOTIMA_ASSIGN(
      const VersionEntry* version,
      AddVersion(definition.feature_version, definition.fields, definition.spec->id_columns));
  DIOTIMA_TRY(CheckIdColumns(entry_.key, *version, definition.spec->id_columns));
  return version;
}

}  // namespace diotima
