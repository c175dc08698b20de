// Options and results of what looks after a store: space, history, checks, copies, figures. The
// operations are methods of Store (diotima/store.h).
#pragma once

#include <diotima/status.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace diotima {

// Told how far an operation is: bytes (or rows, where that is said) done, and of how many, as far
// as that is known. Called now and then, by the thread
// that called the operation. An error ends the operation, which returns it.
using ProgressCallback = std::function<Status(uint64_t done, uint64_t total)>;

struct CompactOptions {
  std::vector<std::string> features;  // none: the whole store
  ProgressCallback progress;          // bytes of table files
};

struct CompactResult {
  // Of the table files of the store, logs included, in bytes.
  uint64_t bytes_before = 0;
  uint64_t bytes_after = 0;
};

// Which history goes. A row is history when a later row of its sample is stored under the same
// feature version; what is not history goes for `deleted` and `feature_versions` alone.
struct PurgeOptions {
  std::vector<std::string> features;  // none: all that were written
  // History beyond the newest `keep` rows of a sample, itself included (1 or more), and history
  // that was superseded at least `older_than` microseconds ago. Given both, what is beyond both.
  std::optional<uint64_t> keep;
  std::optional<int64_t> older_than;
  // Samples whose latest row is a deletion, all of their rows; with `older_than`, those that were
  // deleted at least so long ago.
  bool deleted = false;
  // Whole feature versions, the current one too when it is named.
  std::vector<std::string> feature_versions;
  // Likewise, all versions but the current one.
  bool old_versions = false;
  // Nothing of the above, but what each feature's own `retention` says.
  bool by_retention = false;
  bool dry_run = false;
  ProgressCallback progress;  // rows looked at
};

struct VerifyOptions {
  // Of bytes of table files, and then of rows, as if each were as many bytes as they are on
  // average.
  ProgressCallback progress;
};

// Something that is not as it should be.
struct Problem {
  std::string where;   // a file; a feature and a sample; an entry of the catalog or the journal
  std::string what;    // is wrong
  std::string advice;  // what to do
};

struct VerifyResult {
  uint64_t files = 0;  // table files
  uint64_t bytes = 0;  // of theirs
  uint64_t features = 0;
  uint64_t versions = 0;
  uint64_t rows = 0;  // sound ones
  uint64_t journal_entries = 0;
  uint64_t snapshots = 0;
  uint64_t problem_count = 0;
  std::vector<Problem> problems;  // the first 1,000
};

struct PurgedFeature {
  std::string feature;
  uint64_t rows = 0;
  uint64_t bytes = 0;  // of their keys and encoded rows, before compression
};

struct PurgeResult {
  uint64_t rows = 0;
  uint64_t bytes = 0;
  int64_t commit_time = 0;  // 0 when nothing was committed
  std::vector<PurgedFeature> features;
};

struct BackupOptions {
  // How many backups stay, this one included (1 or more): older ones are removed once it is
  // complete. Not given: all.
  std::optional<uint32_t> keep;
  ProgressCallback progress;  // bytes copied
};

// One backup of a directory that may hold several.
struct BackupInfo {
  uint32_t id = 0;     // 1, 2, …: later ones are larger
  int64_t time = 0;    // when it was complete, in microseconds since 1970 (whole seconds)
  uint64_t bytes = 0;  // of its files; most of them it shares with other backups
  uint64_t files = 0;
  // Why it cannot be restored, as far as names and sizes of its files tell; empty: nothing is
  // wrong.
  std::string damage;
};

struct BackupResult {
  BackupInfo backup;
  uint64_t copied_bytes = 0;  // written to the directory
  size_t removed = 0;         // older backups
};

struct RestoreOptions {
  std::optional<uint32_t> backup;  // its id; not given: the latest
  ProgressCallback progress;       // bytes copied
};

struct StatsOptions {
  // Read all keys, to count rows and samples. Otherwise rows are estimated, from what RocksDB knows
  // of its table files, and samples are not known.
  bool scan = true;
  ProgressCallback progress;  // bytes of keys and encoded rows read
};

// What the store has of one version of a feature.
struct VersionStats {
  std::string feature_version;
  uint64_t rows = 0;  // stored, history included
  // Distinct values of the id columns, deleted ones too; unknown without a scan.
  std::optional<uint64_t> samples;
  uint64_t bytes = 0;  // about: of table files, compressed, and in memory
};

struct FeatureStats {
  std::string feature;
  std::vector<VersionStats> versions;
};

struct LevelStats {
  int level = 0;  // of the RocksDB database: 0 is the newest, the largest number the bottom
  uint64_t files = 0;
  uint64_t bytes = 0;
};

struct StoreStats {
  std::vector<FeatureStats> features;  // all that were ever written, by key
  bool rows_estimated = false;
  int64_t last_commit_time = 0;  // microseconds since 1970; 0: there was none
  // Of the table files of rows, catalog and journal. Levels that have files.
  std::vector<LevelStats> levels;
  // Deletions of single keys and of ranges that no compaction has done away with yet; those of
  // ranges once they are in table files.
  uint64_t tombstones = 0;
  uint64_t range_tombstones = 0;
  // The write-ahead log, and what of it is in memory only.
  uint64_t log_files = 0;
  uint64_t log_bytes = 0;
  uint64_t memtable_bytes = 0;
  // The block cache of this process: how much it may hold, holds, and holds for good.
  uint64_t cache_capacity_bytes = 0;
  uint64_t cache_bytes = 0;
  uint64_t cache_pinned_bytes = 0;
};

// The figures in Prometheus' text exposition format: gauges named diotima_…, in bytes and seconds.
// Estimated rows have a name of their own.
std::string PrometheusText(const StoreStats& stats);

}  // namespace diotima
