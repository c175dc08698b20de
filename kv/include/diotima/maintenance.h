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

}  // namespace diotima
