#include "kv/catalog/catalog.h"

#include <diotima/status_macros.h>

#include <algorithm>

#include "catalog_generated.h"
#include "codec/base/messages.h"
#include "codec/row/key.h"
#include "kv/catalog/flat_table.h"

namespace diotima {
namespace {

constexpr char kSettingsKey[] = "settings";
constexpr char kClockKey[] = "clock";
constexpr char kHeadKey[] = "head";
constexpr std::string_view kFeaturePrefix = "feature/";
constexpr std::string_view kProjectPrefix = "project/";
constexpr std::string_view kSnapshotPrefix = "snapshot/";
constexpr std::string_view kUpkeepPrefix = "upkeep/";

Status Damaged(std::string_view key) {
  return Status::Corruption("catalog entry '" + std::string(key) +
                            "' is damaged: restore the store from a backup");
}

std::vector<std::string> Strings(
    const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* texts) {
  std::vector<std::string> out;
  for (const auto* text : *texts) out.push_back(text->str());
  return out;
}

std::string Encode(const FeatureEntry& feature) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<fb::Column>> columns;
  for (const auto& column : feature.columns) {
    // Not as C strings: a name may hold any character.
    const auto name = builder.CreateString(column.name);
    std::vector<flatbuffers::Offset<fb::FormerColumn>> former;
    for (const auto& [id, type] : column.former) {
      former.push_back(fb::CreateFormerColumn(builder, id, builder.CreateString(type.ToString())));
    }
    const auto formers = former.empty() ? 0 : builder.CreateVector(former);
    columns.push_back(fb::CreateColumn(builder, column.id, name,
                                       builder.CreateString(column.type.ToString()), formers));
  }
  std::vector<flatbuffers::Offset<fb::Version>> versions;
  for (const auto& version : feature.versions) {
    auto ids = builder.CreateVectorOfStrings(version.id_columns);
    auto fields = builder.CreateVectorOfStrings(version.fields);
    auto name = builder.CreateString(version.feature_version);
    versions.push_back(fb::CreateVersion(builder, version.id, name, ids, fields));
  }
  return Finish(&builder, fb::CreateFeatureDirect(builder, feature.id, feature.key.c_str(),
                                                  &columns, &versions, feature.alterations,
                                                  feature.next_column_id, feature.dropped));
}

Result<FeatureEntry> DecodeFeature(const std::string& key, const std::string& bytes) {
  const Verified<fb::Feature> table(bytes);
  if (table == nullptr) return Damaged(key);
  FeatureEntry feature;
  feature.id = table->id();
  feature.key = table->key()->str();
  feature.alterations = table->alterations();
  feature.next_column_id = table->next_column_id();
  feature.dropped = table->dropped();
  for (const auto* column : *table->columns()) {
    auto type = Type::Parse(column->type()->str());
    if (!type.ok() || column->id() < kFirstUserColumnId || column->id() >= feature.next_column_id) {
      return Damaged(key);
    }
    feature.columns.push_back({column->id(), column->name()->str(), *std::move(type)});
    if (column->former() == nullptr) continue;
    for (const auto* former : *column->former()) {
      auto before = Type::Parse(former->type()->str());
      if (!before.ok() || former->id() < kFirstUserColumnId ||
          former->id() >= feature.next_column_id) {
        return Damaged(key);
      }
      feature.columns.back().former.push_back({former->id(), *std::move(before)});
    }
  }
  for (const auto* version : *table->versions()) {
    feature.versions.push_back({version->id(), version->feature_version()->str(),
                                Strings(version->id_columns()), Strings(version->fields())});
    for (const auto& id : feature.versions.back().id_columns) {
      if (feature.FindColumn(id) == nullptr) return Damaged(key);
    }
  }
  return feature;
}

Result<SnapshotRecord> DecodeSnapshot(const std::string& key, const std::string& bytes) {
  const Verified<fb::Snapshot> table(bytes);
  if (table == nullptr) return Damaged(key);
  return SnapshotRecord{table->project_version()->str(), table->recorded_at(),
                        table->graph()->str()};
}

std::string ProjectKey(size_t id) {
  std::string key(kProjectPrefix);
  AppendUint32(static_cast<uint32_t>(id), &key);
  return key;
}

std::string UpkeepKey(VersionId version) {
  std::string key(kUpkeepPrefix);
  AppendRowKeyPrefix(version, &key);
  return key;
}

std::string Encode(const VersionUpkeep& upkeep) {
  flatbuffers::FlatBufferBuilder builder;
  return Finish(&builder, fb::CreateUpkeep(builder, upkeep.purge_horizon, upkeep.expires,
                                           upkeep.has_pending_deletions));
}

std::string Number(int64_t value) {
  std::string out;
  AppendUint64(static_cast<uint64_t>(value), &out);
  return out;
}

}  // namespace

const VersionEntry* FeatureEntry::FindVersion(std::string_view feature_version) const {
  for (const auto& version : versions) {
    if (version.feature_version == feature_version) return &version;
  }
  return nullptr;
}

const StoredColumn* FeatureEntry::FindColumn(std::string_view name) const {
  for (const auto& column : columns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

Result<const VersionEntry*> FeatureEntry::GetVersion(std::string_view prefix) const {
  if (const VersionEntry* version = FindVersion(prefix)) return version;
  std::vector<const VersionEntry*> found;
  std::vector<std::string> names, alike;
  for (const auto& version : versions) {
    names.push_back(version.feature_version);
    if (prefix.empty() || !version.feature_version.starts_with(prefix)) continue;
    found.push_back(&version);
    alike.push_back(version.feature_version);
  }
  if (found.size() == 1) return found.front();
  const std::string begin = "feature '" + key + "': ";
  if (found.size() > 1) {
    return Status::InvalidArgument(begin + "several versions begin with '" + std::string(prefix) +
                                   "': " + Join(alike));
  }
  return Status::NotFound(begin + "no version '" + std::string(prefix) +
                          "' is stored, but: " + Join(names));
}

uint32_t FeatureEntry::NextColumnId() { return next_column_id++; }

std::shared_ptr<const FeatureEntry> CatalogState::Find(std::string_view feature) const {
  auto it = features.find(feature);
  return it == features.end() ? nullptr : it->second;
}

std::shared_ptr<const RowLayout> CatalogState::Layout(const FeatureEntry& feature,
                                                      const VersionEntry& version) const {
  auto layout = std::make_shared<RowLayout>();
  layout->columns = feature.columns;
  layout->fields = version.fields;
  layout->feature_version = version.feature_version;
  layout->hasher = hasher;
  layout->projects = projects;
  for (const auto& name : version.id_columns) layout->ids.push_back(*layout->FindColumn(name));
  layout->MakeSchema();
  return layout;
}

VersionUpkeep CatalogState::Upkeep(VersionId version) const {
  const auto it = upkeep.find(version);
  return it == upkeep.end() ? VersionUpkeep() : it->second;
}

Result<std::optional<std::string>> Catalog::Get(const std::string& key) const {
  std::string value;
  const auto status = engine_->db()->Get({}, engine_->catalog(), key, &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  DIOTIMA_TRY(FromRocks(status, "cannot read the catalog"));
  return std::optional<std::string>(std::move(value));
}

Status Catalog::Load(bool* found) {
  DIOTIMA_ASSIGN(const auto settings, Get(kSettingsKey));
  *found = settings.has_value();
  if (!*found) return Status::Ok();
  DIOTIMA_TRY(LoadSettings(*settings));
  DIOTIMA_ASSIGN(const auto clock, Get(kClockKey));
  if (clock) {
    if (clock->size() != 8) return Damaged(kClockKey);
    last_commit_time_ = static_cast<int64_t>(ReadUint64(clock->data()));
  }
  auto state = std::make_shared<CatalogState>();
  state->hasher = settings_.hasher;
  DIOTIMA_TRY(LoadProjects(state.get()));
  DIOTIMA_TRY(LoadFeatures(state.get()));
  DIOTIMA_TRY(LoadUpkeep(state.get()));
  state_ = std::move(state);
  return Status::Ok();
}

Status Catalog::LoadSettings(const std::string& bytes) {
  const Verified<fb::Settings> settings(bytes);
  if (settings == nullptr) return Damaged(kSettingsKey);
  if (settings->format_version() < kFormatVersion) {
    return Status::NotSupported("store '" + engine_->path() + "' has format " +
                                std::to_string(settings->format_version()) +
                                ", of a program before diotima 0.2: write its rows to a new store");
  }
  if (settings->format_version() > kFormatVersion) {
    return Status::NotSupported(
        "store '" + engine_->path() + "' has format " + std::to_string(settings->format_version()) +
        ", newer than this program's " + std::to_string(kFormatVersion) + ": use a newer diotima");
  }
  auto algorithm = ParseHashAlgorithm(settings->hash_algorithm()->str());
  if (!algorithm.ok()) return Damaged(kSettingsKey);
  settings_ = {settings->format_version(),
               {*algorithm, settings->hash_truncation_length()},
               settings->created_at()};
  return Status::Ok();
}

Status Catalog::LoadFeatures(CatalogState* state) const {
  std::unique_ptr<rocksdb::Iterator> it(engine_->db()->NewIterator({}, engine_->catalog()));
  for (it->Seek(Slice(kFeaturePrefix)); it->Valid() && it->key().starts_with(Slice(kFeaturePrefix));
       it->Next()) {
    DIOTIMA_ASSIGN(FeatureEntry feature,
                   DecodeFeature(it->key().ToString(), it->value().ToString()));
    state->last_feature_id = std::max(state->last_feature_id, feature.id);
    if (feature.dropped) continue;
    std::string key = feature.key;
    state->features.emplace(std::move(key),
                            std::make_shared<const FeatureEntry>(std::move(feature)));
  }
  return FromRocks(it->status(), "cannot read the catalog");
}

Status Catalog::LoadProjects(CatalogState* state) const {
  auto projects = std::make_shared<std::vector<std::string>>(1);
  std::unique_ptr<rocksdb::Iterator> it(engine_->db()->NewIterator({}, engine_->catalog()));
  for (it->Seek(Slice(kProjectPrefix)); it->Valid() && it->key().starts_with(Slice(kProjectPrefix));
       it->Next()) {
    if (it->key().ToString() != ProjectKey(projects->size())) return Damaged(View(it->key()));
    projects->push_back(it->value().ToString());
  }
  state->projects = std::move(projects);
  return FromRocks(it->status(), "cannot read the catalog");
}

Status Catalog::LoadUpkeep(CatalogState* state) const {
  std::unique_ptr<rocksdb::Iterator> it(engine_->db()->NewIterator({}, engine_->catalog()));
  for (it->Seek(Slice(kUpkeepPrefix)); it->Valid() && it->key().starts_with(Slice(kUpkeepPrefix));
       it->Next()) {
    const std::string bytes = it->value().ToString();
    const Verified<fb::Upkeep> table(bytes);
    if (it->key().size() != kUpkeepPrefix.size() + kRowKeyPrefixSize || table == nullptr) {
      return Damaged(View(it->key()));
    }
    const char* const ids = it->key().data() + kUpkeepPrefix.size();
    const VersionId version{ReadUint32(ids), ReadUint32(ids + 4)};
    const VersionUpkeep upkeep{table->purge_horizon(), table->expires(),
                               table->has_pending_deletions()};
    if (upkeep != VersionUpkeep()) state->upkeep[version] = upkeep;
  }
  return FromRocks(it->status(), "cannot read the catalog");
}

Status Catalog::Create(const StoreSettings& settings) {
  flatbuffers::FlatBufferBuilder builder;
  const std::string algorithm(HashAlgorithmName(settings.hasher.algorithm));
  const std::string bytes = Finish(
      &builder, fb::CreateSettingsDirect(builder, settings.format_version, algorithm.c_str(),
                                         settings.hasher.truncation_length, settings.created_at));
  rocksdb::WriteBatch batch;
  batch.Put(engine_->catalog(), kSettingsKey, bytes);
  DIOTIMA_TRY(engine_->Commit({.batch = &batch, .tables = {}}, /*sync=*/true)
                  .Prefixed("cannot create the store: "));
  settings_ = settings;
  auto state = std::make_shared<CatalogState>();
  state->hasher = settings.hasher;
  state->projects = std::make_shared<std::vector<std::string>>(1);
  state_ = std::move(state);
  return Status::Ok();
}

std::shared_ptr<const CatalogState> Catalog::state() const {
  std::shared_lock lock(publish_mutex_);
  return state_;
}

StoreView Catalog::TakeView() const {
  std::shared_lock lock(publish_mutex_);
  StoreView view;
  view.engine = engine_;
  view.catalog = state_;
  if (const auto* snapshot = engine_->db()->GetSnapshot()) {
    view.snapshot = std::shared_ptr<const rocksdb::Snapshot>(
        snapshot, [db = engine_->db()](const rocksdb::Snapshot* s) { db->ReleaseSnapshot(s); });
  }
  return view;
}

Status Catalog::Publish(std::shared_ptr<const CatalogState> next,
                        const std::function<Status()>& write) {
  std::unique_lock lock(publish_mutex_);
  DIOTIMA_TRY(write());
  state_ = std::move(next);
  return Status::Ok();
}

void Catalog::AppendRecords(const CatalogState& before, const CatalogState& after,
                            int64_t commit_time, std::map<std::string, std::string>* records) {
  for (const auto& [key, feature] : after.features) {
    if (before.Find(key) != feature) {
      (*records)[std::string(kFeaturePrefix) + key] = Encode(*feature);
    }
  }
  for (const auto& [key, feature] : before.features) {
    if (after.Find(key)) continue;
    FeatureEntry dropped;
    dropped.id = feature->id;
    dropped.key = key;
    dropped.dropped = true;
    (*records)[std::string(kFeaturePrefix) + key] = Encode(dropped);
  }
  for (size_t id = before.projects->size(); id < after.projects->size(); ++id) {
    (*records)[ProjectKey(id)] = (*after.projects)[id];
  }
  for (const auto& [version, upkeep] : after.upkeep) {
    if (before.Upkeep(version) != upkeep) {
      (*records)[UpkeepKey(version)] = Encode(upkeep);
    }
  }
  for (const auto& [version, upkeep] : before.upkeep) {
    if (!after.upkeep.contains(version)) (*records)[UpkeepKey(version)] = Encode(VersionUpkeep());
  }
  (*records)[kClockKey] = Number(commit_time);
}

Result<std::optional<SnapshotRecord>> Catalog::Head() const {
  DIOTIMA_ASSIGN(const auto head, Get(kHeadKey));
  if (!head) return std::optional<SnapshotRecord>();
  return FindSnapshot(*head);
}

Result<std::optional<SnapshotRecord>> Catalog::FindSnapshot(
    const std::string& project_version) const {
  const std::string key = std::string(kSnapshotPrefix) + project_version;
  DIOTIMA_ASSIGN(const auto bytes, Get(key));
  if (!bytes) return std::optional<SnapshotRecord>();
  const Verified<fb::Snapshot> table(*bytes);
  if (table == nullptr) return Damaged(key);
  return std::optional(
      SnapshotRecord{table->project_version()->str(), table->recorded_at(), table->graph()->str()});
}

Result<std::vector<SnapshotRecord>> Catalog::Snapshots() const {
  std::vector<SnapshotRecord> snapshots;
  std::unique_ptr<rocksdb::Iterator> it(engine_->db()->NewIterator({}, engine_->catalog()));
  for (it->Seek(Slice(kSnapshotPrefix));
       it->Valid() && it->key().starts_with(Slice(kSnapshotPrefix)); it->Next()) {
    DIOTIMA_ASSIGN(SnapshotRecord snapshot,
                   DecodeSnapshot(it->key().ToString(), it->value().ToString()));
    snapshots.push_back(std::move(snapshot));
  }
  DIOTIMA_TRY(FromRocks(it->status(), "cannot read the catalog"));
  std::sort(snapshots.begin(), snapshots.end(),
            [](const auto& a, const auto& b) { return a.recorded_at > b.recorded_at; });
  return snapshots;
}

void Catalog::AppendSnapshotRecords(const SnapshotRecord& snapshot,
                                    std::map<std::string, std::string>* records) {
  flatbuffers::FlatBufferBuilder builder;
  (*records)[std::string(kSnapshotPrefix) + snapshot.project_version] =
      Finish(&builder, fb::CreateSnapshotDirect(builder, snapshot.project_version.c_str(),
                                                snapshot.recorded_at, snapshot.graph.c_str()));
}

void Catalog::AppendHeadRecord(const std::string& project_version,
                               std::map<std::string, std::string>* records) {
  (*records)[kHeadKey] = project_version;
}

}  // namespace diotima
