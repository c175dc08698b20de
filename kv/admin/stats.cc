// Store::Stats.
#include <diotima/status_macros.h>
#include <rocksdb/table_properties.h>

#include <algorithm>
#include <map>

#include "codec/row/key.h"
#include "kv/admin/admin.h"
#include "kv/commit/committer.h"
#include "kv/engine/scan_keys.h"

namespace diotima {
namespace {

// What the properties of all table files add up to.
struct TableSums {
  uint64_t raw_bytes = 0;
  uint64_t tombstones = 0;
  uint64_t range_tombstones = 0;

  void Add(const TableSums& other) {
    raw_bytes += other.raw_bytes;
    tombstones += other.tombstones;
    range_tombstones += other.range_tombstones;
  }
};

class StatsCollector {
 public:
  StatsCollector(const StoreCore* core, const StatsOptions& options)
      : engine_(core->engine.get()),
        db_(*engine_->db()),
        view_(core->catalog->TakeView()),
        options_(options) {
    if (const int64_t last = core->committer->last_time(); last != 0) {
      stats_.last_commit_time = FromMicros(last);
    }
  }

  Result<StoreStats> Run() {
    TableSums all;
    for (auto* family : {engine_->rows(), engine_->catalog(), engine_->journal()}) {
      DIOTIMA_ASSIGN(const TableSums sums, SumTables(family));
      all.Add(sums);
      if (family == engine_->rows()) tables_ = sums;
      CollectFamily(family);
    }
    stats_.tombstones += all.tombstones;
    stats_.range_tombstones = all.range_tombstones;
    CollectLevels();
    CollectLogAndCache();
    stats_.rows_estimated = !options_.scan;
    for (const auto& [key, entry] : view_.catalog->features) {
      DIOTIMA_TRY(AddFeature(*entry));
    }
    return std::move(stats_);
  }

 private:
  uint64_t Property(rocksdb::ColumnFamilyHandle* family, const std::string& name) {
    uint64_t value = 0;
    return db_.GetIntProperty(family, name, &value) ? value : 0;
  }

  Result<TableSums> SumTables(rocksdb::ColumnFamilyHandle* family) {
    rocksdb::TablePropertiesCollection tables;
    DIOTIMA_TRY(FromRocks(db_.GetPropertiesOfAllTables(family, &tables),
                          "cannot read the properties of table files"));
    TableSums sums;
    for (const auto& [name, table] : tables) {
      sums.raw_bytes += table->raw_key_size + table->raw_value_size;
      sums.range_tombstones += table->num_range_deletions;
      // RocksDB counts a deleted range among the deletions too.
      sums.tombstones += table->num_deletions - table->num_range_deletions;
    }
    return sums;
  }

  void CollectFamily(rocksdb::ColumnFamilyHandle* family) {
    using Properties = rocksdb::DB::Properties;
    stats_.memtable_bytes += Property(family, Properties::kCurSizeAllMemTables);
    stats_.tombstones += Property(family, Properties::kNumDeletesActiveMemTable) +
                         Property(family, Properties::kNumDeletesImmMemTables);
    rocksdb::ColumnFamilyMetaData meta;
    db_.GetColumnFamilyMetaData(family, &meta);
    for (const auto& level : meta.levels) {
      if (level.files.empty()) continue;
      LevelStats& sum = levels_[level.level];
      sum.level = level.level;
      sum.files += level.files.size();
      sum.bytes += level.size;
    }
  }

  void CollectLevels() {
    for (const auto& [level, sum] : levels_) stats_.levels.push_back(sum);
  }

  void CollectLogAndCache() {
    using Properties = rocksdb::DB::Properties;
    rocksdb::VectorLogPtr logs;
    db_.GetSortedWalFiles(logs).PermitUncheckedError();
    for (const auto& log : logs) {
      ++stats_.log_files;
      stats_.log_bytes += log->SizeFileBytes();
    }
    stats_.cache_capacity_bytes = Property(engine_->rows(), Properties::kBlockCacheCapacity);
    stats_.cache_bytes = Property(engine_->rows(), Properties::kBlockCacheUsage);
    stats_.cache_pinned_bytes = Property(engine_->rows(), Properties::kBlockCachePinnedUsage);
  }

  Status AddFeature(const FeatureEntry& entry) {
    FeatureStats feature;
    feature.feature = entry.key;
    for (const auto& version : entry.versions) {
      DIOTIMA_ASSIGN(VersionStats stats, CountVersion(entry.id, version));
      feature.versions.push_back(std::move(stats));
    }
    stats_.features.push_back(std::move(feature));
    return Status::Ok();
  }

  Result<VersionStats> CountVersion(uint32_t feature, const VersionEntry& version) {
    const KeyRange range = RangeOf(VersionId{feature, version.id});
    VersionStats stats;
    stats.feature_version = version.feature_version;
    DIOTIMA_ASSIGN(stats.bytes, ApproximateBytes(range.begin, range.end));
    if (options_.scan) {
      DIOTIMA_TRY(Scan(range, &stats));
    } else {
      DIOTIMA_ASSIGN(stats.rows, EstimateRows(stats.bytes));
    }
    return stats;
  }

  Result<uint64_t> ApproximateBytes(const std::string& begin, const std::string& end) {
    rocksdb::SizeApproximationOptions options;
    options.include_memtables = options.include_files = true;
    const rocksdb::Range range(begin, end);
    uint64_t bytes = 0;
    DIOTIMA_TRY(FromRocks(db_.GetApproximateSizes(options, engine_->rows(), &range, 1, &bytes),
                          "cannot estimate sizes"));
    return bytes;
  }

  // As many of all entries as it has of all bytes.
  Result<uint64_t> EstimateRows(uint64_t bytes) {
    DIOTIMA_ASSIGN(const uint64_t all,
                   ApproximateBytes("", std::string(kRowKeyPrefixSize, '\xff')));
    const double share = all == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(all);
    const uint64_t keys = Property(engine_->rows(), rocksdb::DB::Properties::kEstimateNumKeys);
    return static_cast<uint64_t>(std::min(1.0, share) * static_cast<double>(keys));
  }

  Status Scan(const KeyRange& range, VersionStats* stats) {
    rocksdb::ReadOptions read;
    read.snapshot = view_.snapshot.get();
    read.fill_cache = false;
    read.readahead_size = size_t{2} << 20;
    KeyScan it = ScanKeys(engine_, engine_->rows(), range, read);
    std::string last;
    uint64_t samples = 0;
    for (; it.Valid(); it.Next()) {
      std::string_view sample = it.key();
      sample.remove_suffix(std::min(sample.size(), kRowKeySuffixSize));
      if (sample != last) {
        last = sample;
        ++samples;
      }
      ++stats->rows;
      DIOTIMA_TRY(Report(it.key().size() + it.value().size()));
    }
    stats->samples = samples;
    return FromRocks(it.status(), "cannot count rows");
  }

  Status Report(size_t bytes) {
    constexpr uint64_t kStep = uint64_t{8} << 20;
    const uint64_t before = read_bytes_;
    read_bytes_ += bytes;
    if (!options_.progress || before / kStep == read_bytes_ / kStep) return Status::Ok();
    return options_.progress(read_bytes_, std::max(read_bytes_, tables_.raw_bytes));
  }

  Engine* const engine_;
  rocksdb::DB& db_;
  const StoreView view_;
  const StatsOptions& options_;
  TableSums tables_;  // of rows
  std::map<int, LevelStats> levels_;
  uint64_t read_bytes_ = 0;
  StoreStats stats_;
};

}  // namespace

Result<StoreStats> Stats(const StoreCore* core, const StatsOptions& options) {
  return StatsCollector(core, options).Run();
}

}  // namespace diotima
