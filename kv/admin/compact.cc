// Runs RocksDB's manual compaction on one part of the keys at a time. So it shows how far it is,
// can be stopped, and needs disk space for one part only.
#include <diotima/status_macros.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>

#include "codec/row/key.h"
#include "kv/admin/admin.h"
#include "kv/commit/upkeep.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kPartBytes = uint64_t{256} << 20;
constexpr std::chrono::milliseconds kReportInterval(50);

// Keys from `begin` to `end`, both included, of one column family; empty: from the first, to the
// last.
struct Part {
  rocksdb::ColumnFamilyHandle* family = nullptr;
  std::string begin, end;
  uint64_t bytes = 0;
};

bool Meets(const KeyRange& range, const rocksdb::SstFileMetaData& file) {
  return range.end.empty() || (file.largestkey >= range.begin && file.smallestkey < range.end);
}

// Cuts a range where files begin.
void AppendParts(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family, const KeyRange& range,
                 std::vector<Part>* parts) {
  rocksdb::ColumnFamilyMetaData metadata;
  db->GetColumnFamilyMetaData(family, &metadata);
  std::vector<rocksdb::SstFileMetaData> files;
  for (const auto& level : metadata.levels) {
    for (const auto& file : level.files) {
      if (Meets(range, file)) files.push_back(file);
    }
  }
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.smallestkey < b.smallestkey; });
  Part part{family, range.begin, {}, 0};
  for (const auto& file : files) {
    if (part.bytes >= kPartBytes && file.smallestkey > part.end) {
      parts->push_back(part);
      part = {family, file.smallestkey, {}, 0};
    }
    part.bytes += file.size;
    part.end = std::max(part.end, file.largestkey);
  }
  part.end = range.end;
  parts->push_back(part);
}

class Compaction {
 public:
  Compaction(const StoreCore* core, const CompactOptions& options)
      : core_(core), options_(options) {}

  Result<CompactResult> Run() {
    CompactResult result;
    DIOTIMA_TRY(ChooseRanges());
    DIOTIMA_ASSIGN(const uint64_t removals, Prepare());
    result.bytes_before = Bytes();
    DIOTIMA_TRY(CompactParts());
    DropObsoleteFiles();
    DIOTIMA_TRY(RecordCompacted(removals));
    result.bytes_after = Bytes();
    return result;
  }

 private:
  Status ChooseRanges() {
    const auto state = core_->catalog->state();
    for (const auto& feature : options_.features) {
      const auto entry = state->Find(feature);
      if (!entry) return NeverWritten(feature);
      std::string prefix;
      AppendUint32(entry->id, &prefix);
      ranges_.push_back(RangeOf(prefix));
      for (const auto& version : entry->versions) versions_.push_back({entry->id, version.id});
    }
    if (!ranges_.empty()) return Status::Ok();
    ranges_.emplace_back();
    for (const auto& [key, entry] : state->features) {
      for (const auto& version : entry->versions) versions_.push_back({entry->id, version.id});
    }
    return Status::Ok();
  }

  // Empties logs and write buffers, so that they hold nothing that was removed. Returns the number
  // of removals so far.
  Result<uint64_t> Prepare() {
    Engine& engine = *core_->engine;
    uint64_t removals = 0;
    {
      Committer::Turn turn(core_->committer.get());
      DIOTIMA_TRY(RenewExpiry(*core_, &turn));
      removals = turn.removals();
    }
    DIOTIMA_TRY(engine.FlushAll());
    AppendParts(engine.db(), engine.catalog(), {}, &parts_);
    AppendParts(engine.db(), engine.journal(), {}, &parts_);
    for (const auto& range : ranges_) AppendParts(engine.db(), engine.rows(), range, &parts_);
    return removals;
  }

  Status CompactParts() {
    uint64_t total = 0;
    for (const auto& part : parts_) total += part.bytes;
    auto worker = std::async(std::launch::async, [this] { return CompactAll(); });
    Status stopped;
    while (worker.wait_for(kReportInterval) != std::future_status::ready) {
      if (options_.progress && stopped.ok()) stopped = options_.progress(done_, total);
      if (!stopped.ok()) canceled_ = true;
    }
    const Status status = worker.get();
    return stopped.ok() ? status : stopped;
  }

  Status CompactAll() {
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    options.exclusive_manual_compaction = false;
    options.max_subcompactions = static_cast<uint32_t>(core_->options.parallelism);
    options.canceled = &canceled_;
    for (const auto& part : parts_) {
      if (canceled_) break;
      const rocksdb::Slice begin = part.begin, end = part.end;
      DIOTIMA_TRY(FromRocks(core_->engine->db()->CompactRange(options, part.family,
                                                              part.begin.empty() ? nullptr : &begin,
                                                              part.end.empty() ? nullptr : &end),
                            "cannot compact"));
      done_ += part.bytes;
    }
    return Status::Ok();
  }

  // Compactions of the background leave that to their threads, a little later.
  void DropObsoleteFiles() {
    rocksdb::DB* const db = core_->engine->db();
    if (db->DisableFileDeletions().ok()) {
      db->EnableFileDeletions(/*force=*/false).PermitUncheckedError();
    }
  }

  // Records the versions whose files hold no deletion any more.
  Status RecordCompacted(uint64_t removals) {
    Committer::Turn turn(core_->committer.get());
    if (turn.removals() != removals) return Status::Ok();
    const auto state = core_->catalog->state();
    std::vector<VersionId> compacted;
    for (const VersionId version : versions_) {
      if (!state->Upkeep(version).has_pending_deletions) continue;
      DIOTIMA_ASSIGN(const bool deletions, HasDeletions(version));
      if (!deletions) compacted.push_back(version);
    }
    return NoteCompacted(*core_, compacted, &turn);
  }

  Result<bool> HasDeletions(VersionId version) const {
    Engine& engine = *core_->engine;
    const KeyRange keys = RangeOf(version);
    const rocksdb::Range range(keys.begin, keys.end);
    rocksdb::TablePropertiesCollection tables;
    DIOTIMA_TRY(
        FromRocks(engine.db()->GetPropertiesOfTablesInRange(engine.rows(), &range, 1, &tables),
                  "cannot read the properties of tables"));
    return std::any_of(tables.begin(), tables.end(), [](const auto& table) {
      return table.second->num_deletions > 0 || table.second->num_range_deletions > 0;
    });
  }

  uint64_t Bytes() const {
    uint64_t bytes = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator it(core_->engine->path(), error), end;
         !error && it != end; it.increment(error)) {
      std::error_code gone;  // meanwhile
      const uint64_t size = it->is_regular_file(gone) ? it->file_size(gone) : 0;
      if (!gone) bytes += size;
    }
    return bytes;
  }

  const StoreCore* const core_;
  const CompactOptions& options_;
  std::vector<KeyRange> ranges_;
  std::vector<VersionId> versions_;
  std::vector<Part> parts_;
  std::atomic<uint64_t> done_ = 0;
  std::atomic<bool> canceled_ = false;
};

}  // namespace

Result<CompactResult> Compact(const StoreCore* core, const CompactOptions& options) {
  DIOTIMA_TRY(core->CheckWritable());
  return Compaction(core, options).Run();
}

}  // namespace diotima
