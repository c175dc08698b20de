// What the operations of a store return (diotima/store.h).
#pragma once

#include <diotima/export.h>
#include <diotima/row.h>
#include <diotima/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace diotima {

struct WriteResult {
  uint64_t rows = 0;
  std::optional<Time> commit_time = {};  // nothing when nothing was committed
  // Rows by feature, in the order in which features were first named.
  std::vector<std::pair<std::string, uint64_t>> features = {};
  // Of a write: the rows beyond one of each sample. They are history from the beginning.
  uint64_t repeated_rows = 0;
};

struct DeleteResult {
  uint64_t rows = 0;                     // marked, or physically removed
  std::optional<Time> commit_time = {};  // nothing when nothing was committed
  // Rows by feature, in the order of the cascade: dependents first for kDownstream, otherwise
  // dependencies first.
  std::vector<std::pair<std::string, uint64_t>> features = {};
  // The stored rows of other feature versions, which a delete without `with_feature_history` leaves
  // alone: by feature, those that have any.
  std::vector<std::pair<std::string, uint64_t>> other_versions = {};
};

struct AlterResult {
  uint64_t rows = 0;                     // whose cells were checked; 0 if no type was changed
  std::optional<Time> commit_time = {};  // nothing for a dry run
};

struct CopyResult {
  uint64_t rows = 0;
  std::optional<Time> commit_time = {};  // nothing when nothing was committed
  std::vector<std::pair<std::string, uint64_t>> features = {};  // those that had rows to copy
};

// A graph that was pushed.
struct SnapshotInfo {
  std::string project_version = {};
  Time recorded_at = {};
  size_t features = 0;
  bool current = false;  // pushed last
};

// A version of a feature of which rows were written.
struct StoredVersion {
  std::string feature_version = {};
  std::vector<std::string> id_columns = {};
  uint64_t rows = 0;  // stored, history included
};

struct FeatureInfo {
  std::string key = {};
  std::vector<Column> columns = {};  // id columns first; no system columns
  std::vector<StoredVersion> versions = {};
};

// Counts of an increment.
struct UpdateCounts {
  // Of distinct samples, that is of values of the input id columns.
  uint64_t new_samples = 0;
  uint64_t stale_samples = 0;
  uint64_t orphaned_samples = 0;
  // Of the rows that come out: an aggregation has one for each member of a group.
  uint64_t rows = 0;
  // The share of distinct input-id values that are not new, in percent; nothing without input.
  std::optional<double> progress = {};
};

struct PushResult {
  std::string project_version = {};
  bool recorded = false;  // false: it was the current snapshot already
  size_t features = 0;
};

struct CompactResult {
  // Bytes of all files of the store, logs included.
  uint64_t bytes_before = 0;
  uint64_t bytes_after = 0;
};

struct PurgedFeature {
  std::string feature = {};
  uint64_t rows = 0;
  uint64_t bytes = 0;  // of keys and encoded rows, before compression
};

struct PurgeResult {
  uint64_t rows = 0;
  uint64_t bytes = 0;
  std::optional<Time> commit_time = {};  // nothing when nothing was committed
  std::vector<PurgedFeature> features = {};
};

// Something that Verify found to be wrong.
struct Problem {
  std::string where = {};   // a file; a feature and a sample; an entry of the catalog or journal
  std::string what = {};    // what is wrong there
  std::string advice = {};  // what to do
};

struct VerifyResult {
  uint64_t files = 0;  // table files
  uint64_t bytes = 0;  // their size
  uint64_t features = 0;
  uint64_t versions = 0;
  uint64_t rows = 0;  // sound ones
  uint64_t journal_entries = 0;
  uint64_t snapshots = 0;
  uint64_t problem_count = 0;
  std::vector<Problem> problems = {};  // the first 1,000
};

// One backup in a directory, which may hold several.
struct BackupInfo {
  uint32_t id = 0;     // 1, 2, …: later ones are larger
  Time time = {};      // when it was complete, in whole seconds
  uint64_t bytes = 0;  // size of its files; backups share most of them
  uint64_t files = 0;
  // Why it cannot be restored, as far as names and sizes of its files show; empty: nothing is
  // wrong.
  std::string damage = {};
};

struct BackupResult {
  BackupInfo backup = {};
  uint64_t copied_bytes = 0;  // written to the directory
  size_t removed = 0;         // older backups
};

// What is stored of one version of a feature.
struct VersionStats {
  std::string feature_version = {};
  uint64_t rows = 0;  // stored, history included
  // Distinct values of the id columns, deleted samples included; unknown without a scan.
  std::optional<uint64_t> samples = {};
  uint64_t bytes = 0;  // an estimate: compressed in table files, and in memory
};

struct FeatureStats {
  std::string feature = {};
  std::vector<VersionStats> versions = {};
};

struct LevelStats {
  int level = 0;  // of the RocksDB database: 0 is the newest, the largest number the bottom
  uint64_t files = 0;
  uint64_t bytes = 0;
};

struct StoreStats {
  std::vector<FeatureStats> features = {};  // all that were ever written, by key
  bool rows_estimated = false;
  std::optional<Time> last_commit_time = {};  // nothing: there was no commit
  // Table files of rows, catalog and journal. Only levels that have files.
  std::vector<LevelStats> levels = {};
  // Deletions of single keys, and of ranges of keys, that compaction has not applied yet. Ranges
  // count once they are in table files.
  uint64_t tombstones = 0;
  uint64_t range_tombstones = 0;
  // The write-ahead log, and the part of it that is in memory only.
  uint64_t log_files = 0;
  uint64_t log_bytes = 0;
  uint64_t memtable_bytes = 0;
  // The block cache of this process: its capacity, its current size, and the pinned part.
  uint64_t cache_capacity_bytes = 0;
  uint64_t cache_bytes = 0;
  uint64_t cache_pinned_bytes = 0;
};

// Returns the figures in Prometheus' text exposition format: gauges named diotima_…, in bytes and
// seconds. Estimated rows have a name of their own.
DIOTIMA_EXPORT std::string PrometheusText(const StoreStats& stats);

}  // namespace diotima
