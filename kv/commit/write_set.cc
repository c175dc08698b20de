#include "kv/commit/write_set.h"

#include <diotima/status_macros.h>

#include <algorithm>

#include "codec/row/encoder.h"
#include "codec/row/key.h"
#include "kv/commit/committer.h"
#include "kv/commit/time_stamper.h"

namespace diotima {
namespace {

constexpr size_t kLargestSegment = size_t{64} << 20;
constexpr size_t kSmallestSegment = size_t{8} << 20;

// Threads beside the caller's: no more than have a part of the budget each to work on.
size_t Threads(const StoreOptions& options) {
  const size_t parts = options.memory_budget / kSmallestSegment;
  return std::min(options.parallelism - 1, parts / 2);
}

// One is being filled; for each thread one is worked on and one waits; one is the caller's.
size_t SegmentBytes(const StoreOptions& options, size_t threads) {
  return std::min(kLargestSegment, options.memory_budget / (2 * threads + 2));
}

// A batch as TableFiles are filled.
class BatchSink {
 public:
  BatchSink(rocksdb::WriteBatch* batch, rocksdb::ColumnFamilyHandle* family)
      : batch_(batch), family_(family) {}
  Status Put(std::string_view key, std::string_view value) {
    return FromRocks(batch_->Put(family_, Slice(key), Slice(value)), "cannot write");
  }
  // No single delete: a commit that was tried again may have put its keys twice, and compaction
  // filters leave deletes, which single deletes must not meet.
  Status Remove(std::string_view key) {
    return FromRocks(batch_->Delete(family_, Slice(key)), "cannot delete");
  }
  Status RemoveRange(std::string_view begin, std::string_view end) {
    return FromRocks(batch_->DeleteRange(family_, Slice(begin), Slice(end)), "cannot delete");
  }

 private:
  rocksdb::WriteBatch* batch_;
  rocksdb::ColumnFamilyHandle* family_;
};

}  // namespace

WriteSet::WriteSet(const StoreCore* core, Buffering buffering)
    : core_(core),
      buffering_(buffering),
      tasks_(Threads(core->options)),
      sorter_(core->engine->TemporaryDirectory(),
              buffering == Buffering::kInMemory ? SIZE_MAX : core->options.memory_budget, &tasks_) {
}
WriteSet::~WriteSet() = default;

const WriteSet::Target& WriteSet::TargetOf(VersionId version, JournalAction action) {
  Target& last = target_;
  if (last.journal != nullptr && last.version == version && last.action == action) return last;
  for (const auto& [what, entry] : journal_) {
    const VersionId other = what.first;
    several_versions_ = several_versions_ || (other.feature == version.feature && other != version);
  }
  auto entry = journal_.try_emplace({version, action}, action).first;
  last = {version, action, &entry->second};
  return last;
}

Status WriteSet::Put(VersionId version, std::string_view sample, std::optional<int64_t> time,
                     std::string_view value, JournalAction action,
                     std::optional<uint32_t> ordinal) {
  TargetOf(version, action).journal->Add(sample);
  key_.clear();
  AppendRowKeyPrefix(version, &key_);
  key_.append(sample);
  ++rows_;
  bytes_ += key_.size() + kRowKeySuffixSize + value.size();
  if (bulk() && !stream_tried_) DIOTIMA_TRY(StartStream());
  const uint32_t own_ordinal = ordinal.value_or(next_ordinal_++);
  if (stream_ && !time && key_ > stream_end_) {
    stream_end_ = key_;
    AppendUint64(kPendingKeyTime, &key_);
    AppendUint32(several_versions_ ? ~own_ordinal : ~uint32_t{0}, &key_);
    return PutInStream(value);
  }
  if (time) {
    own_times_ = true;
    AppendRowKeySuffix(*time, own_ordinal, &key_);
  } else {
    AppendUint64(kPendingKeyTime, &key_);
    AppendUint32(~own_ordinal, &key_);
  }
  key_.push_back(kPutRecord);
  return sorter_.Add(key_, value);
}

std::unique_ptr<BulkTables> WriteSet::NewTables() {
  return std::make_unique<BulkTables>(core_->engine.get(), &tasks_,
                                      TakeTime(core_->committer->last_time()), check_);
}

// If all rows so far came in key order, those to come go straight into table files as long as they
// do, too.
Status WriteSet::StartStream() {
  stream_tried_ = true;
  if (own_times_ || !removed_.empty() || sorter_.records() == 0 || !sorter_.ascending()) {
    return Status::Ok();
  }
  streamed_ = true;
  tables_ = NewTables();
  for (auto& segment : sorter_.TakeAscending()) {
    stream_end_ = (*segment)[segment->size() - 1].key();
    stream_end_.resize(stream_end_.size() - 1 - kRowKeySuffixSize);
    DIOTIMA_TRY(tables_->AddSegment(std::move(segment), !several_versions_));
  }
  stream_ = std::make_unique<RecordSegment>();
  return Status::Ok();
}

Status WriteSet::PutInStream(std::string_view value) {
  key_.push_back(kPutRecord);
  stream_->Add(key_, value);
  if (stream_->bytes() < SegmentBytes(core_->options, tasks_.threads())) return Status::Ok();
  DIOTIMA_TRY(tables_->AddSegment(std::move(stream_), /*renumber=*/false));
  stream_ = std::make_unique<RecordSegment>();
  return Status::Ok();
}

Status WriteSet::EndStream() {
  if (!stream_ || stream_->empty()) return Status::Ok();
  return tables_->AddSegment(std::move(stream_), /*renumber=*/false);
}

Status WriteSet::Remove(std::string_view key) {
  RowKey parsed;
  if (!ParseRowKey(key, &parsed)) return Status::Corruption("a row's key is damaged");
  return AddRemoval(parsed.id, key, kRemoveRecord, {}, /*rows=*/1);
}

Status WriteSet::RemoveRange(const KeyRange& range, uint64_t rows) {
  const VersionId version{ReadUint32(range.begin.data()), ReadUint32(range.begin.data() + 4)};
  return AddRemoval(version, range.begin, kRemoveRangeRecord, range.end, rows);
}

Status WriteSet::Forget(VersionId version, uint64_t rows) {
  forgotten_.insert(version);
  return RemoveRange(RangeOf(version), rows);
}

Status WriteSet::AddRemoval(VersionId version, std::string_view key, char what,
                            std::string_view value, uint64_t rows) {
  removed_[version] += rows;
  rows_ += rows;
  bytes_ += key.size() + value.size();
  key_ = key;
  key_.push_back(what);
  return sorter_.Add(key_, value);
}

// The entries of a hard delete stand for all that came before them.
template <typename Sink>
Status WriteSet::EmitJournal(int64_t time, Sink* sink) const {
  Records records;
  uint32_t ordinal = 0;
  for (const auto& [what, entry] : journal_) {
    records[JournalKey(what.first, time, ordinal++)] = entry.Encode();
  }
  for (const auto& [version, rows] : removed_) {
    if (forgotten_.contains(version)) {
      const KeyRange range = RangeOf(version);
      DIOTIMA_TRY(sink->RemoveRange(range.begin, range.end));
      continue;
    }
    DIOTIMA_ASSIGN(const uint64_t before,
                   CountByJournal(core_->engine.get(), /*snapshot=*/nullptr, version));
    const std::string key = JournalKey(version, time, ordinal++);
    DIOTIMA_TRY(sink->RemoveRange(RangeOf(version).begin, key));
    records[key] = EncodeHardDelete(rows, before - std::min(before, rows));
  }
  for (const auto& [key, value] : records) DIOTIMA_TRY(sink->Put(key, value));
  return Status::Ok();
}

int64_t WriteSet::TakeTime(int64_t last) {
  if (!taken_ || *taken_ <= last || *taken_ < earliest_) {
    taken_ = std::max({core_->committer->NextTime(), last + 1, earliest_});
  }
  return *taken_;
}

Status WriteSet::Prepare() {
  if (prepared_ || !bulk()) return Status::Ok();
  DIOTIMA_TRY(EndStream());
  DIOTIMA_TRY(sorter_.Sort());
  if (!own_times_ && sorter_.records() > 0) {
    if (!tables_) tables_ = NewTables();
    DIOTIMA_TRY(tables_->AddSorted(sorter_, renumber()));
  }
  if (tables_) {
    DIOTIMA_TRY(tables_->Finish());
    repeated_ = tables_->repeated();
  }
  prepared_ = true;
  return Status::Ok();
}

Status WriteSet::Write(int64_t time, const CatalogState& base, const Records& catalog, bool sync) {
  if (bulk()) return WriteTables(time, base, catalog);
  rocksdb::WriteBatch batch;
  DIOTIMA_TRY(AppendTo(&batch, time, base, catalog));
  return core_->engine->Commit({.batch = &batch, .tables = {}}, sync);
}

Status WriteSet::AppendTo(rocksdb::WriteBatch* batch, int64_t time, const CatalogState& base,
                          const Records& catalog) {
  Engine& engine = *core_->engine;
  DIOTIMA_TRY(sorter_.Sort());
  BatchSink sink(batch, engine.rows());
  if (own_times_) {
    FindStoredVersions(base);
    DIOTIMA_TRY(EmitOwnTimes(time, &sink));
  } else {
    DIOTIMA_TRY(Emit(time, &sink));
  }
  for (const auto& [key, value] : catalog) batch->Put(engine.catalog(), key, value);
  BatchSink journal(batch, engine.journal());
  return EmitJournal(time, &journal);
}

Status WriteSet::WriteTables(int64_t time, const CatalogState& base, const Records& catalog) {
  Engine& engine = *core_->engine;
  TableFiles rows(&engine, engine.rows());
  if (own_times_) {
    FindStoredVersions(base);
    DIOTIMA_TRY(EmitOwnTimes(time, &rows));
    DIOTIMA_TRY(rows.Finish());
  }
  // Another commit came first: this one's time is to be later.
  if (tables_ && tables_->time() != time) DIOTIMA_TRY(tables_->Restamp(time));
  TableFiles catalog_files(&engine, engine.catalog());
  for (const auto& [key, value] : catalog) DIOTIMA_TRY(catalog_files.Put(key, value));
  DIOTIMA_TRY(catalog_files.Finish());
  TableFiles journal_files(&engine, engine.journal());
  DIOTIMA_TRY(EmitJournal(time, &journal_files));
  DIOTIMA_TRY(journal_files.Finish());
  std::vector<std::string> row_files = rows.files();
  if (tables_) tables_->AppendFiles(&row_files);
  return engine.Commit({.batch = nullptr,
                        .tables = {Ingestion(engine.rows(), std::move(row_files)),
                                   Ingestion(engine.catalog(), catalog_files.files()),
                                   Ingestion(engine.journal(), journal_files.files())}},
                       /*sync=*/true);
}

template <typename Sink>
Status WriteSet::Emit(int64_t time, Sink* sink) {
  TimeStamper<Sink> emitter(time, renumber(), sink);
  DIOTIMA_ASSIGN(auto scan, sorter_.Scan());
  for (; scan->Valid(); scan->Next()) DIOTIMA_TRY(emitter.Add(scan->key(), scan->value()));
  DIOTIMA_TRY(scan->status());
  repeated_ = emitter.repeated();
  return emitter.Finish();
}

// Times that rows gave themselves may lie on both sides of the commit's, which the sorter did not
// know: the rows of a sample are put in order once more.
template <typename Sink>
Status WriteSet::EmitOwnTimes(int64_t time, Sink* sink) {
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> stored(
      core_->engine->db()->NewIterator(options, core_->engine->rows()));
  const KeyTime key_time(time);
  repeated_ = 0;
  std::vector<std::pair<std::string, std::string>> rows;  // of one sample
  auto emit = [&]() -> Status {
    std::sort(rows.begin(), rows.end());
    for (const auto& [key, value] : rows) DIOTIMA_TRY(sink->Put(key, value));
    rows.clear();
    return Status::Ok();
  };
  DIOTIMA_ASSIGN(auto scan, sorter_.Scan());
  for (; scan->Valid(); scan->Next()) {
    key_ = scan->key();
    key_.pop_back();
    if (!rows.empty() && SampleOfKey(rows.back().first) != SampleOfKey(key_)) DIOTIMA_TRY(emit());
    if (!rows.empty()) ++repeated_;
    if (!key_time.Set(key_.data(), key_.size(), /*alone=*/false)) {
      DIOTIMA_TRY(FreeKey(stored.get(), &key_));
    }
    rows.emplace_back(key_, scan->value());
    SetPendingTime(time, &rows.back().second);
  }
  DIOTIMA_TRY(scan->status());
  return emit();
}

void WriteSet::FindStoredVersions(const CatalogState& base) {
  stored_versions_.clear();
  for (const auto& [name, feature] : base.features) {
    for (const auto& version : feature->versions) {
      stored_versions_[feature->id].push_back(version.id);
    }
  }
}

// A row with a time of its own may meet stored ones of the same sample and time, in any version: it
// comes after them.
Status WriteSet::FreeKey(rocksdb::Iterator* stored, std::string* key) const {
  RowKey parsed;
  if (!ParseRowKey(*key, &parsed)) return Status::Corruption("a row's key is damaged");
  const auto versions = stored_versions_.find(parsed.id.feature);
  if (versions == stored_versions_.end()) return Status::Ok();
  uint32_t first_free = 0;
  for (const uint32_t version : versions->second) {
    std::string upto;
    AppendRowKeyPrefix({parsed.id.feature, version}, &upto);
    upto.append(*key, kRowKeyPrefixSize, key->size() - kRowKeyPrefixSize - 4);
    stored->Seek(Slice(upto));
    if (!stored->Valid() || !stored->key().starts_with(Slice(upto))) {
      DIOTIMA_TRY(FromRocks(stored->status(), "cannot read"));
      continue;
    }
    RowKey last;
    if (!ParseRowKey(View(stored->key()), &last)) {
      return Status::Corruption("a row's key is damaged");
    }
    first_free = std::max(first_free, last.ordinal + 1);
  }
  key->resize(key->size() - 4);
  AppendUint32(~(first_free + parsed.ordinal), key);
  return Status::Ok();
}

}  // namespace diotima
