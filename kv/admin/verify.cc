// Store::Verify.
#include <diotima/status_macros.h>
#include <diotima/store.h>
#include <diotima/text.h>
#include <rocksdb/sst_file_reader.h>

#include <algorithm>
#include <set>

#include "codec/row/describe_sample.h"
#include "codec/row/stored_row.h"
#include "kv/admin/admin.h"
#include "kv/catalog/journal.h"
#include "kv/commit/committer.h"
#include "kv/engine/scan_keys.h"
#include "kv/scan/version_range.h"
#include "kv/sort/sorter.h"

namespace diotima {
namespace {

constexpr size_t kProblems = 1000;
constexpr uint64_t kReportRows = 8192;  // rows

constexpr char kRestore[] = "restore a backup";
constexpr char kWriteAgain[] = "write these samples again, or restore a backup";

// The samples that the journal of one version lists, for a pass over its rows beside them: a look
// for each of them alone would read the store once for each commit.
class ListedSamples {
 public:
  explicit ListedSamples(const StoreCore* core)
      : sorter_(core->engine->TemporaryDirectory(), core->options.memory_budget) {}

  Status Add(std::string_view sample) { return sorter_.Add(sample, {}); }

  Status Sort() {
    DIOTIMA_TRY(sorter_.Sort());
    DIOTIMA_ASSIGN(next_, sorter_.Scan());
    return Status::Ok();
  }

  // Calls `lost` for each sample before `stored`, once, and passes `stored`. Requires Sort.
  template <typename Lost>
  Status Pass(std::string_view stored, const Lost& lost) {
    while (next_->Valid() && next_->key() < stored) Take(lost);
    while (next_->Valid() && next_->key() == stored) next_->Next();
    return next_->status();
  }
  // Calls `lost` for each sample that is left, once. Requires Sort.
  template <typename Lost>
  Status PassAll(const Lost& lost) {
    while (next_->Valid()) Take(lost);
    return next_->status();
  }

 private:
  // A sample is listed by each commit of it.
  template <typename Lost>
  void Take(const Lost& lost) {
    const std::string sample(next_->key());
    lost(sample);
    while (next_->Valid() && next_->key() == sample) next_->Next();
  }

  Sorter sorter_;
  std::unique_ptr<SortedRecords> next_;
};

class Verifier {
 public:
  Verifier(const StoreCore* core, const VerifyOptions& options)
      : engine_(*core->engine), core_(core), options_(options), view_(core->catalog->TakeView()) {}

  Result<VerifyResult> Run() {
    DIOTIMA_TRY(VerifyFiles());
    VerifyCatalog();
    for (const auto& [key, feature] : view_.catalog->features) {
      ++result_.features;
      for (const auto& version : feature->versions) DIOTIMA_TRY(VerifyVersion(feature, version));
    }
    FindUnknownKeys(engine_.rows(), "rows", "remove them by restoring a backup");
    FindUnknownKeys(engine_.journal(), "journal", kRestore);
    return result_;
  }

 private:
  void Note(std::string where, std::string what, std::string advice) {
    ++result_.problem_count;
    if (result_.problems.size() >= kProblems) return;
    result_.problems.push_back({std::move(where), std::move(what), std::move(advice)});
  }

  Status Report(uint64_t bytes) {
    done_ += bytes;
    return options_.progress ? options_.progress(done_, std::max(done_, 2 * total_)) : Status::Ok();
  }

  // Of one state of the files: what is compacted away meanwhile is looked at in what it became.
  Status VerifyFiles() {
    std::vector<rocksdb::LiveFileMetaData> files;
    engine_.db()->GetLiveFilesMetaData(&files);
    for (const auto& file : files) total_ += file.size;
    for (const auto& file : files) {
      const std::string path = file.db_path + file.name;
      const rocksdb::Options options{engine_.db()->GetDBOptions(),
                                     engine_.db()->GetOptions(Family(file.column_family_name))};
      rocksdb::SstFileReader reader(options);
      rocksdb::Status status = reader.Open(path);
      if (status.ok()) status = reader.VerifyChecksum();
      if (!status.ok() && !IsGone(path)) {
        Note("file " + file.name.substr(1), status.ToString(),
             file.column_family_name == "rows" ? kWriteAgain : kRestore);
      }
      ++result_.files;
      result_.bytes += file.size;
      DIOTIMA_TRY(Report(file.size));
    }
    return Status::Ok();
  }

  rocksdb::ColumnFamilyHandle* Family(const std::string& name) {
    for (auto* family : {engine_.rows(), engine_.catalog(), engine_.journal()}) {
      if (family->GetName() == name) return family;
    }
    return engine_.db()->DefaultColumnFamily();
  }

  bool IsGone(const std::string& path) const {
    return engine_.db()->GetEnv()->FileExists(path).IsNotFound();
  }

  // Features and versions were read when the store was opened; this is how they fit together.
  void VerifyCatalog() {
    std::set<uint32_t> features;
    for (const auto& [key, feature] : view_.catalog->features) {
      const std::string where = "catalog entry of feature '" + key + "'";
      if (feature->key != key || !features.insert(feature->id).second) {
        Note(where, "its key or id is that of another feature", kRestore);
      }
      std::set<uint32_t> versions, columns;
      for (const auto& version : feature->versions) {
        if (!versions.insert(version.id).second) Note(where, "two versions of one id", kRestore);
        known_.insert({feature->id, version.id});
      }
      for (const auto& column : feature->columns) {
        if (!columns.insert(column.id).second) Note(where, "two columns of one id", kRestore);
      }
    }
    for (const auto& [version, upkeep] : view_.catalog->upkeep) {
      if (known_.contains(version)) continue;
      Note("catalog", "the upkeep of a version that is not known", kRestore);
    }
    VerifySnapshots();
  }

  void VerifySnapshots() {
    const auto snapshots = core_->catalog->Snapshots();
    const auto head = core_->catalog->Head();
    for (const Status& status : {snapshots.status(), head.status()}) {
      if (!status.ok()) return Note("catalog", status.message(), kRestore);
    }
    for (const auto& snapshot : *snapshots) {
      ++result_.snapshots;
      const auto graph = Graph::FromText(snapshot.graph, GraphFormat::kJson,
                                         "snapshot " + snapshot.project_version);
      if (!graph.ok()) {
        Note("catalog: snapshot " + snapshot.project_version, graph.status().message(),
             "push the graph again");
      }
    }
  }

  // Two passes, each in the order of keys: the journal, then the rows.
  Status VerifyVersion(const std::shared_ptr<const FeatureEntry>& feature,
                       const VersionEntry& version) {
    ++result_.versions;
    where_ = "feature '" + feature->key + "', version " + version.feature_version;
    const VersionId id{feature->id, version.id};
    const auto layout = view_.catalog->Layout(*feature, version);
    const uint64_t problems = result_.problem_count;
    ListedSamples listed(core_);
    DIOTIMA_ASSIGN(const uint64_t by_journal, VerifyJournal(id, &listed));
    DIOTIMA_TRY(listed.Sort());
    DIOTIMA_ASSIGN(const uint64_t rows, VerifyRows(*layout, id, &listed));
    result_.rows += rows;
    if (result_.problem_count != problems || view_.catalog->Upkeep(id).expires ||
        rows == by_journal) {
      return Status::Ok();
    }
    Note(where_,
         std::to_string(rows) + " rows are stored, " + std::to_string(by_journal) +
             " by the journal",
         kRestore);
    return Status::Ok();
  }

  // Returns how many rows are sound.
  Result<uint64_t> VerifyRows(const RowLayout& layout, VersionId version, ListedSamples* listed) {
    VersionRange range(&engine_, view_, &layout, version);
    StoredRow row;
    uint64_t rows = 0, seen = 0, bytes = 0;
    std::string last;
    const auto lost = [&](std::string_view sample) {
      Note(where_ + ", sample " + DescribeSample(layout, sample),
           "the journal has it, but no row is stored", kWriteAgain);
    };
    const auto unread = [](std::string_view) {};
    for (;;) {
      for (; range.Valid(); range.Next()) {
        bytes += range.key().size() + range.value().size();
        if (++seen % kReportRows == 0) {
          DIOTIMA_TRY(Report(ShareOf(&bytes)));
        }
        rows += VerifyRow(layout, range, &row) ? 1 : 0;
        DIOTIMA_TRY(listed->Pass(range.Sample(), lost));
        last = range.Sample();
      }
      if (range.status().ok()) break;
      const std::string after =
          last.empty() ? "the first rows" : "rows after " + DescribeSample(layout, last);
      const std::string what = range.status().ToString();
      const bool more = range.PassDamage();
      Note(where_ + ": " + after + (more ? " up to " + DescribeSample(layout, range.Sample()) : ""),
           what, kWriteAgain);
      if (!more) return rows;
      DIOTIMA_TRY(listed->Pass(range.Sample(), unread));
    }
    DIOTIMA_TRY(listed->PassAll(lost));
    return rows;
  }

  // Rows are about as many bytes as the table files, compressed: for the progress of both.
  uint64_t ShareOf(uint64_t* bytes) const {
    const uint64_t share = std::min(*bytes / 3, total_);
    *bytes = 0;
    return share;
  }

  bool VerifyRow(const RowLayout& layout, const VersionRange& range, StoredRow* row) {
    const auto problem = [&](const std::string& what) {
      Note(where_ + ", sample " + DescribeSample(layout, range.Sample()) + ", key " +
               Hex(range.key()),
           what, kWriteAgain);
      return false;
    };
    if (!row->Load(&layout, range.key(), range.value())) return problem("the row does not decode");
    std::vector<Value> ids;
    if (!row->Ids(&ids)) return problem("its id columns are not of their types");
    if (row->key().time > core_->committer->last_time()) {
      return problem("it is of " + TimestampText(FromMicros(row->key().time)) +
                     ", after the last commit");
    }
    if (row->project() >= layout.projects->size()) {
      return problem("it names a project version that the catalog does not have");
    }
    return true;
  }

  // Returns how many rows there are by the journal, and collects the samples that it lists: of the
  // entries since the last hard delete, which removes those before it.
  Result<uint64_t> VerifyJournal(VersionId version, ListedSamples* listed) {
    const KeyRange range = RangeOf(version);
    rocksdb::ReadOptions read;
    read.snapshot = view_.snapshot.get();
    KeyScan it = ScanKeys(&engine_, engine_.journal(), range, read);
    uint64_t rows = 0, bytes = 0;
    const auto problem = [&](const std::string& what) {
      Note(where_ + ": journal", what, kRestore);
    };
    JournalEntry entry;
    for (; it.Valid(); it.Next()) {
      bytes += it.key().size() + it.value().size();
      if (++result_.journal_entries % kReportRows == 0) DIOTIMA_TRY(Report(ShareOf(&bytes)));
      if (it.key().size() != JournalKey({}, 0, 0).size() ||
          !DecodeJournalEntry(it.value(), &entry)) {
        problem("an entry does not decode (key " + Hex(it.key()) + ")");
        continue;
      }
      const auto time = static_cast<int64_t>(ReadUint64(it.key().data() + kRowKeyPrefixSize));
      if (time > core_->committer->last_time()) {
        problem("an entry of " + TimestampText(FromMicros(time)) + ", after the last commit");
      }
      rows = entry.stored ? *entry.stored : rows + entry.rows;
      for (const auto& sample : entry.samples) DIOTIMA_TRY(listed->Add(sample));
    }
    if (!it.status().ok()) problem(it.status().ToString());
    return rows;
  }

  // Keys of features or versions that the catalog does not have.
  void FindUnknownKeys(rocksdb::ColumnFamilyHandle* family, const std::string& name,
                       const std::string& advice) {
    rocksdb::ReadOptions read;
    read.snapshot = view_.snapshot.get();
    read.total_order_seek = true;
    std::string from;
    for (;;) {
      const std::unique_ptr<rocksdb::Iterator> it(engine_.db()->NewIterator(read, family));
      it->Seek(from);
      if (!it->Valid()) {
        if (!it->status().ok()) Note(name, it->status().ToString(), kRestore);
        return;
      }
      const std::string_view key = View(it->key());
      const bool whole = key.size() >= kRowKeyPrefixSize;
      const std::string prefix(key.substr(0, kRowKeyPrefixSize));
      if (!whole ||
          !known_.contains(VersionId{ReadUint32(key.data()), ReadUint32(key.data() + 4)})) {
        Note(name + ": key " + Hex(key), "it is of no feature and version that the catalog has",
             advice);
      }
      from = whole ? PrefixEnd(prefix) : std::string(key) + '\0';
      if (from.empty()) return;
    }
  }

  Engine& engine_;
  const StoreCore* const core_;
  const VerifyOptions& options_;
  const StoreView view_;
  VerifyResult result_;
  std::set<VersionId> known_;
  std::string where_;
  uint64_t done_ = 0, total_ = 0;
};

}  // namespace

Result<VerifyResult> Verify(const StoreCore* core, const VerifyOptions& options) {
  return Verifier(core, options).Run();
}

}  // namespace diotima
