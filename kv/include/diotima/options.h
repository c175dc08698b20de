// The options of a store and of its operations (diotima/store.h).
//
// Each is a plain struct, to be filled by name:
//
//   store->Read("video/raw", {.filters = {"size > 5"}, .columns = {"path"}});
#pragma once

#include <diotima/digest.h>
#include <diotima/graph.h>
#include <diotima/row.h>
#include <diotima/sample_set.h>
#include <diotima/status.h>
#include <diotima/time.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace diotima {

class Store;

// Reports how far an operation is: `done` of `total` bytes, or rows where the option says so;
// `total` is 0 as long as it is not known. The thread that called the operation calls it now and
// then. An error ends the operation, which returns that error.
using ProgressCallback = std::function<Status(uint64_t done, uint64_t total)>;

// --- Opening a store

enum class Compression : uint8_t { kNone, kLz4, kZstd };

// How RocksDB lays out table files. docs/performance.md, "Tuning", says what each setting costs.
// May differ each time a store is opened: existing files keep their layout until they are
// compacted.
struct TuningOptions {
  // For table files that compaction will rewrite.
  Compression compression = Compression::kLz4;
  // For the bottom level, which holds nearly all rows. Bulk commits write it directly.
  Compression bottom_compression = Compression::kZstd;
  int zstd_level = 3;  // 1 to 19
  // Bytes of rows that are compressed, and read, together.
  size_t block_size = size_t{16} << 10;
  // Bits per sample of the Bloom filter; 0 switches filters off.
  double filter_bits = 10;
  // Bytes of RocksDB's block cache and of one write buffer. All column families share the cache.
  size_t block_cache_size = size_t{256} << 20;
  size_t write_buffer_size = size_t{64} << 20;
  // Threads for flushes and compactions.
  int background_jobs = 2;
};

struct StoreOptions {
  // Options that change what operations do.

  // The definitions in force. Empty: those that were pushed last.
  Graph graph = {};
  // Create the store if there is none. Otherwise a missing store is kNotFound.
  bool create_if_missing = true;
  // Open while another process writes, or on a read-only file system. The store then shows the
  // commits that were made before it was opened.
  bool read_only = false;
  // Open a store that has lost commits which had reached the disk, as Open else refuses it with
  // kCorruption, and go on without them.
  bool accept_lost_commits = false;
  // Fixed when the store is created; the defaults are xxhash64 and 0. On an existing store a value
  // given here must equal the store's own, else Open returns kInvalidArgument.
  std::optional<HashAlgorithm> hash_algorithm = {};
  std::optional<uint32_t> hash_truncation_length = {};
  // Stores with the same hash settings. A feature that was never written to this store is read from
  // the first of them that has it; each tries its own fallback stores. They are never written to.
  std::vector<std::shared_ptr<Store>> fallback_stores = {};
  // metaxy_materialization_id of rows whose write names none.
  std::optional<std::string> materialization_id = {};

  // Options that change speed and memory only.

  // Bytes that one operation may take to sort rows before it spills to disk.
  size_t memory_budget = size_t{256} << 20;
  // Threads that one bulk operation may use, the caller's included. 0: one per core.
  size_t parallelism = 0;
  // A commit of more bytes (keys and encoded rows) becomes table files, past the log and the write
  // buffer. A smaller one is cheaper through them: docs/performance.md, "Bulk commits".
  size_t bulk_commit_threshold = size_t{16} << 20;
  TuningOptions tuning = {};

  // For tests.

  // Returns the current time; any thread may call it. Empty: the system's clock.
  std::function<Time()> clock = {};
};

// --- Writing and reading

struct WriteOptions {
  std::optional<std::string> materialization_id = {};
  // Keep the feature version and project version of rows that have both.
  bool preserve_feature_version = false;
  // The commit has reached the disk when the call returns.
  bool sync = true;
  // Called now and then while a large commit is made, by any thread. An error ends the commit,
  // which returns that error; nothing of the commit is visible then.
  std::function<Status()> check = {};
};

struct ReadOptions {
  std::vector<std::string> filters = {};  // all must hold
  // The columns to return, in this order; empty: all. An unknown column is kInvalidArgument.
  std::vector<std::string> columns = {};
  std::optional<std::string> feature_version = {};
  bool with_feature_history = false;
  bool with_sample_history = false;
  bool include_soft_deleted = false;
  bool only_soft_deleted = false;
  // Read the store as it was after the last commit at or before this time.
  std::optional<Time> as_of = {};
  // Look in the fallback stores for a feature that was never written to this one.
  bool allow_fallback = true;
};

struct ResolveOptions {
  // Look at these samples only, named by input id columns of the feature: no others are expected,
  // and none are orphaned. Filters of an upstream feature instead make samples orphans.
  std::shared_ptr<const SampleSet> scope = {};
  // The expected rows; required for a root feature. ResolveUpdate reads it once, to its end.
  RowReader* samples = nullptr;
  std::map<std::string, std::vector<std::string>> filters = {};  // by feature
  std::vector<std::string> global_filters = {};
  std::vector<std::string> target_filters = {};
  std::vector<std::string> staleness_predicates = {};  // any of them makes a sample stale
  bool skip_comparison = false;
  // Return one row for each sample, where an aggregation has one for each member of its group.
  bool distinct = false;
  // As in ReadOptions, for all features.
  std::optional<Time> as_of = {};
};

// --- Deleting and copying

enum class Cascade : uint8_t { kNone, kDownstream, kUpstream, kBoth };

// kSoft appends rows that mark samples as deleted; kHard removes rows.
enum class DeleteMode : uint8_t { kSoft, kHard };

struct DeleteOptions {
  std::vector<std::string> filters = {};  // all must hold; empty: everything
  // Only these samples. Each feature to delete from must have the columns that name them.
  std::shared_ptr<const SampleSet> ids = {};
  DeleteMode mode = DeleteMode::kSoft;
  bool with_feature_history = false;
  bool dry_run = false;
  // The other features to delete from, with the same filters, in the same commit.
  Cascade cascade = Cascade::kNone;
  // Count 0 rows for a feature that was never written. Without this, or a cascade, it is kNotFound.
  bool skip_never_written = false;
  ProgressCallback progress = {};  // rows looked at
};

struct UndeleteOptions {
  std::vector<std::string> filters = {};      // all must hold, for the deletion; empty: all samples
  std::shared_ptr<const SampleSet> ids = {};  // only these samples
  bool dry_run = false;
  ProgressCallback progress = {};  // rows looked at
};

struct RebaseOptions {
  std::string from = {};               // a feature version
  std::optional<std::string> to = {};  // the current version, or one of a recorded snapshot
  bool dry_run = false;
  std::optional<std::string> materialization_id = {};
  ProgressCallback progress = {};  // rows of the result
};

struct CopyOptions {
  std::vector<std::string> features = {};
  std::map<std::string, std::vector<std::string>> filters = {};  // by feature
  std::vector<std::string> global_filters = {};
  bool with_feature_history = true;
  bool with_sample_history = false;  // deletions too
  ProgressCallback progress = {};    // rows looked at
};

// --- Maintenance

struct CompactOptions {
  std::vector<std::string> features = {};  // empty: the whole store
  ProgressCallback progress = {};          // bytes of table files
};

// Selects the rows to remove. A row is history when a later row of its sample is stored under the
// same feature version. Only `deleted`, `feature_versions` and `old_versions` remove rows that are
// not history.
struct PurgeOptions {
  std::vector<std::string> features = {};  // empty: all that were written
  // Remove history beyond the newest `keep` rows of a sample (1 or more, the latest row included)
  // and history that was superseded at least `older_than` ago. With both, a row must be beyond
  // both.
  std::optional<uint64_t> keep = {};
  std::optional<Duration> older_than = {};
  // Remove all rows of samples whose latest row is a deletion; with `older_than`, of those that
  // were deleted at least that long ago.
  bool deleted = false;
  // Remove whole feature versions, the current one too when it is named.
  std::vector<std::string> feature_versions = {};
  // Remove all feature versions but the current one.
  bool old_versions = false;
  // Apply each feature's own `retention`, and none of the above.
  bool by_retention = false;
  bool dry_run = false;
  ProgressCallback progress = {};  // rows looked at
};

// Changes of the columns of a feature, in this order. Id columns cannot be changed.
struct AlterOptions {
  // New types. Every stored value, history included, must fit its new type exactly, as Coerce
  // (diotima/value.h) says; a column of which no row is stored takes any type.
  std::vector<std::pair<std::string, Type>> columns = {};
  std::vector<std::pair<std::string, std::string>> renames = {};  // old and new name
  // Columns to forget. Their cells stay in the table files until the rows are removed.
  std::vector<std::string> drops = {};
  bool dry_run = false;
  ProgressCallback progress = {};  // rows looked at
};

struct VerifyOptions {
  // Bytes of table files, then rows, each counted with the average size of a row.
  ProgressCallback progress = {};
};

struct BackupOptions {
  // The number of backups to keep, this one included (1 or more). Older ones are removed once this
  // one is complete. Not given: all stay.
  std::optional<uint32_t> keep = {};
  ProgressCallback progress = {};  // bytes copied
};

struct RestoreOptions {
  std::optional<uint32_t> backup = {};  // the id of a backup; not given: the latest
  ProgressCallback progress = {};       // bytes copied
};

struct StatsOptions {
  // Read all keys, to count rows and samples. Otherwise rows are estimated from the properties of
  // table files, and samples are unknown.
  bool scan = true;
  ProgressCallback progress = {};  // bytes of keys and encoded rows
};

}  // namespace diotima
