// Stores what is known of features: ids, columns, versions. docs/format.md, "Catalog".
#pragma once

#include <rocksdb/write_batch.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "codec/row/layout.h"
#include "kv/engine/engine.h"

namespace diotima {

inline constexpr uint32_t kFormatVersion = 2;

struct VersionEntry {
  uint32_t id = 0;
  std::string feature_version;
  std::vector<std::string> id_columns;  // in the order of the key
  std::vector<std::string> fields;      // struct keys, ascending
};

struct FeatureEntry {
  uint32_t id = 0;
  std::string key;
  std::vector<StoredColumn> columns;
  std::vector<VersionEntry> versions;

  const VersionEntry* FindVersion(std::string_view feature_version) const;
  const StoredColumn* FindColumn(std::string_view name) const;
  // Returns the version of that name, or the one version whose name begins so. kNotFound lists the
  // versions; kInvalidArgument where several begin so.
  Result<const VersionEntry*> GetVersion(std::string_view prefix) const;
  // Returns a field id that no column has or had.
  uint32_t NextColumnId();
  uint32_t next_column_id = kFirstUserColumnId;
  // How often columns were altered: rows that were encoded before are not of their types any more.
  uint32_t alterations = 0;
  bool dropped = false;  // only on disk
};

// Bookkeeping for one feature version: what was removed from it, and what may still be.
struct VersionUpkeep {
  // History that was superseded at this time or before may have been removed (microseconds since
  // 1970); 0: none was.
  int64_t purge_horizon = 0;
  // Whether compaction removes history of this version; the journal then does not know how many
  // rows are left.
  bool expires = false;
  // Whether deletions may wait for compaction. Until they are compacted, the filter removes no
  // history, because it could mistake deleted rows for newer ones.
  bool has_pending_deletions = false;

  bool operator==(const VersionUpkeep&) const = default;
};

// One state of the catalog. Immutable once published, so a cursor keeps the state it began with.
struct CatalogState {
  std::map<std::string, std::shared_ptr<const FeatureEntry>, std::less<>> features;
  // Project versions by id; id 0 means none.
  std::shared_ptr<const std::vector<std::string>> projects;
  // Upkeep by version; a version without an entry has the default.
  std::map<VersionId, VersionUpkeep> upkeep;
  uint32_t last_feature_id = 0;
  Hasher hasher;

  // Returns null for a feature that was never written.
  std::shared_ptr<const FeatureEntry> Find(std::string_view feature) const;
  std::shared_ptr<const RowLayout> Layout(const FeatureEntry& feature,
                                          const VersionEntry& version) const;
  VersionUpkeep Upkeep(VersionId version) const;
};

struct StoreSettings {
  uint32_t format_version = kFormatVersion;
  Hasher hasher;
  int64_t created_at = 0;
};

struct SnapshotRecord {
  std::string project_version;
  int64_t recorded_at = 0;
  std::string graph;  // JSON
};

// A snapshot of the rows, and the catalog of the same moment. Keeps the engine open.
struct StoreView {
  std::shared_ptr<Engine> engine;
  std::shared_ptr<const rocksdb::Snapshot> snapshot;  // null in a read-only store
  std::shared_ptr<const CatalogState> catalog;
};

// Thread-safe.
class Catalog {
 public:
  explicit Catalog(std::shared_ptr<Engine> engine) : engine_(std::move(engine)) {}

  // Reads settings and state. Sets `found` to false, and reads nothing, in a new database.
  Status Load(bool* found);
  // Writes the settings of a new store.
  Status Create(const StoreSettings& settings);

  const StoreSettings& settings() const { return settings_; }
  int64_t last_commit_time() const { return last_commit_time_; }

  std::shared_ptr<const CatalogState> state() const;
  StoreView TakeView() const;

  // Runs `write`, which puts the records of `next` (AppendRecords) with what belongs to them in one
  // atomic write, and publishes `next` if that succeeds. Views are taken before or after, not
  // between.
  Status Publish(std::shared_ptr<const CatalogState> next, const std::function<Status()>& write);

  // The catalog's keys and values that differ between two states, and the commit time.
  static void AppendRecords(const CatalogState& before, const CatalogState& after,
                            int64_t commit_time, std::map<std::string, std::string>* records);

  // Snapshots of graphs. The head is the one pushed last.
  Result<std::optional<SnapshotRecord>> Head() const;
  Result<std::optional<SnapshotRecord>> FindSnapshot(const std::string& project_version) const;
  // All of them, newest first.
  Result<std::vector<SnapshotRecord>> Snapshots() const;
  static void AppendSnapshotRecords(const SnapshotRecord& snapshot,
                                    std::map<std::string, std::string>* records);
  static void AppendHeadRecord(const std::string& project_version,
                               std::map<std::string, std::string>* records);

 private:
  Result<std::optional<std::string>> Get(const std::string& key) const;
  Status LoadSettings(const std::string& bytes);
  Status LoadFeatures(CatalogState* state) const;
  Status LoadProjects(CatalogState* state) const;
  Status LoadUpkeep(CatalogState* state) const;

  const std::shared_ptr<Engine> engine_;
  StoreSettings settings_;
  int64_t last_commit_time_ = 0;
  mutable std::shared_mutex publish_mutex_;
  std::shared_ptr<const CatalogState> state_;
};

}  // namespace diotima
