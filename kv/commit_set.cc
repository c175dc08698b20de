#include "kv/commit_set.h"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <cstring>

#include "codec/key.h"
#include "codec/row_encoder.h"
#include "codec/status_macros.h"
#include "kv/table_files.h"

namespace diotima {
namespace {

// Past this a commit is cheaper as table files than through log and memtable (docs/performance.md).
constexpr uint64_t kIngestBytes = uint64_t{32} << 20;

// In place of the inverted time of a row whose time is the commit's. No real time is written so.
constexpr uint64_t kCommitTimeToCome = 0;

constexpr char kPut = 'p';
constexpr char kRemove = 'd';

std::string_view SampleOf(std::string_view key) {
  return key.substr(0, key.size() - kRowKeySuffixSize);
}

}  // namespace

class CommitSet::BatchSink {
 public:
  BatchSink(rocksdb::WriteBatch* batch, rocksdb::ColumnFamilyHandle* rows)
      : batch_(batch), rows_(rows) {}
  Status Put(std::string_view key, std::string_view value) {
    return FromRocks(batch_->Put(rows_, Slice(key), Slice(value)), "cannot write");
  }
  // Every key is put once, so that one single delete meets one put.
  Status Remove(std::string_view key) {
    return FromRocks(batch_->SingleDelete(rows_, Slice(key)), "cannot delete");
  }

 private:
  rocksdb::WriteBatch* batch_;
  rocksdb::ColumnFamilyHandle* rows_;
};

class CommitSet::FileSink {
 public:
  explicit FileSink(TableFiles* files) : files_(files) {}
  Status Put(std::string_view key, std::string_view value) { return files_->Put(key, value); }
  Status Remove(std::string_view key) { return files_->Delete(key); }

 private:
  TableFiles* files_;
};

CommitSet::CommitSet(StoreCore* core)
    : core_(core), sorter_(core->engine->TemporaryDirectory(), core->options.memory_budget) {}
CommitSet::~CommitSet() = default;

Status CommitSet::Put(uint32_t feature, uint32_t version, std::string_view sample,
                      std::optional<int64_t> time, std::string_view value, JournalAction action,
                      std::optional<uint32_t> ordinal) {
  key_.clear();
  AppendRowKeyPrefix(feature, version, &key_);
  key_.append(sample);
  if (time) {
    own_times_ = true;
    AppendRowKeySuffix(*time, ordinal.value_or(next_ordinal_), &key_);
  } else {
    AppendUint64(kCommitTimeToCome, &key_);
    AppendUint32(~next_ordinal_, &key_);
  }
  ++next_ordinal_;
  key_.push_back(kPut);
  auto entry = journal_.try_emplace({feature, version, action}, action).first;
  entry->second.Add(sample);
  return sorter_.Add(key_, value);
}

Status CommitSet::Remove(std::string_view key) {
  RowKey parsed;
  if (!ParseRowKey(key, &parsed)) return Status::Corruption("a row's key is damaged");
  constexpr auto kAction = JournalAction::kHardDelete;
  auto entry = journal_.try_emplace({parsed.feature, parsed.version, kAction}, kAction).first;
  entry->second.Add(parsed.sample);
  key_ = key;
  key_.push_back(kRemove);
  return sorter_.Add(key_, {});
}

void CommitSet::RemoveVersion(uint32_t feature, uint32_t version, uint64_t rows) {
  ranges_.emplace_back(feature, version);
  constexpr auto kAction = JournalAction::kHardDelete;
  journal_.try_emplace({feature, version, kAction}, kAction).first->second.AddWhole(rows);
}

CommitSet::Records CommitSet::JournalRecords(int64_t time) const {
  Records records;
  uint32_t ordinal = 0;
  for (const auto& [what, entry] : journal_) {
    records[JournalKey(std::get<0>(what), std::get<1>(what), time, ordinal++)] = entry.Encode();
  }
  return records;
}

Result<int64_t> CommitSet::Apply(const std::shared_ptr<const CatalogState>& base,
                                 std::shared_ptr<const CatalogState> next,
                                 std::map<std::string, std::string> more, bool sync) {
  const int64_t time = std::max(core_->NextCommitTime(), earliest_);
  Catalog::AppendRecords(*base, next ? *next : *base, time, &more);
  DIOTIMA_TRY(sorter_.Sort());
  if (own_times_) {
    for (const auto& [name, feature] : base->features) {
      for (const auto& version : feature->versions) {
        stored_versions_[feature->id].push_back(version.id);
      }
    }
  }
  auto write = [&] {
    return sorter_.bytes() > kIngestBytes && ranges_.empty() ? IngestFiles(time, more)
                                                             : WriteBatch(time, more, sync);
  };
  DIOTIMA_TRY(next ? core_->catalog->Publish(std::move(next), write) : write());
  core_->last_commit_time = time;
  return time;
}

Status CommitSet::WriteBatch(int64_t time, const Records& catalog, bool sync) {
  rocksdb::WriteBatch batch(sorter_.bytes() + 64 * sorter_.records());
  Engine& engine = *core_->engine;
  for (const auto& [feature, version] : ranges_) {
    std::string begin;
    AppendRowKeyPrefix(feature, version, &begin);
    DIOTIMA_TRY(
        FromRocks(batch.DeleteRange(engine.rows(), begin, PrefixEnd(begin)), "cannot delete"));
  }
  BatchSink sink(&batch, engine.rows());
  DIOTIMA_TRY(Emit(time, &sink));
  for (const auto& [key, value] : catalog) batch.Put(engine.catalog(), key, value);
  for (const auto& [key, value] : JournalRecords(time)) batch.Put(engine.journal(), key, value);
  rocksdb::WriteOptions options;
  options.sync = sync;
  return FromRocks(engine.db()->Write(options, &batch), "cannot write");
}

Status CommitSet::IngestFiles(int64_t time, const Records& catalog) {
  Engine& engine = *core_->engine;
  TableFiles rows(&engine, engine.rows());
  TableFiles catalog_files(&engine, engine.catalog());
  TableFiles journal_files(&engine, engine.journal());
  FileSink sink(&rows);
  DIOTIMA_TRY(Emit(time, &sink));
  for (const auto& [key, value] : catalog) DIOTIMA_TRY(catalog_files.Put(key, value));
  for (const auto& [key, value] : JournalRecords(time)) DIOTIMA_TRY(journal_files.Put(key, value));
  std::vector<rocksdb::IngestExternalFileArg> files;
  for (TableFiles* family : {&rows, &catalog_files, &journal_files}) {
    DIOTIMA_TRY(family->Finish());
    if (!family->empty()) files.push_back(family->Ingestion());
  }
  return FromRocks(engine.db()->IngestExternalFiles(files), "cannot write");
}

template <typename Sink>
Status CommitSet::Emit(int64_t time, Sink* sink) {
  std::string inverted;
  AppendRowKeySuffix(time, 0, &inverted);
  std::vector<std::pair<std::string, std::string>> rows;  // of one sample; used with own times only
  for (; sorter_.Valid();) {
    std::string_view key = sorter_.key();
    const char what = key.back();
    key.remove_suffix(1);
    key_ = key;
    if (what == kPut) {
      char* suffix = key_.data() + key_.size() - kRowKeySuffixSize;
      if (ReadUint64(suffix) == kCommitTimeToCome) {
        std::memcpy(suffix, inverted.data(), 8);
      } else {
        DIOTIMA_TRY(FreeKey(&key_));
      }
    }
    if (what == kRemove) {
      DIOTIMA_TRY(sink->Remove(key_));
    } else if (!own_times_) {
      DIOTIMA_TRY(sink->Put(key_, sorter_.value()));
    } else {
      if (!rows.empty() && SampleOf(rows.back().first) != SampleOf(key_)) {
        DIOTIMA_TRY(EmitSample(&rows, sink));
      }
      rows.emplace_back(key_, sorter_.value());
      SetTimeToCome(time, &rows.back().second);
    }
    DIOTIMA_TRY(sorter_.Next());
  }
  return EmitSample(&rows, sink);
}

// Times that rows gave themselves may lie on both sides of the commit's, which the sorter did not
// know.
template <typename Sink>
Status CommitSet::EmitSample(std::vector<std::pair<std::string, std::string>>* rows, Sink* sink) {
  std::sort(rows->begin(), rows->end());
  for (const auto& [key, value] : *rows) DIOTIMA_TRY(sink->Put(key, value));
  rows->clear();
  return Status::Ok();
}

// A row with a time of its own may meet stored ones of the same sample and time, in any version: it
// comes after them.
Status CommitSet::FreeKey(std::string* key) {
  RowKey parsed;
  if (!ParseRowKey(*key, &parsed)) return Status::Corruption("a row's key is damaged");
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  std::unique_ptr<rocksdb::Iterator> it(
      core_->engine->db()->NewIterator(options, core_->engine->rows()));
  uint32_t first_free = 0;
  for (const uint32_t version : stored_versions_[parsed.feature]) {
    std::string upto;
    AppendRowKeyPrefix(parsed.feature, version, &upto);
    upto.append(*key, kRowKeyPrefixSize, key->size() - kRowKeyPrefixSize - 4);
    it->Seek(Slice(upto));
    if (!it->Valid() || !it->key().starts_with(Slice(upto))) {
      DIOTIMA_TRY(FromRocks(it->status(), "cannot read"));
      continue;
    }
    RowKey stored;
    if (!ParseRowKey(View(it->key()), &stored)) return Status::Corruption("a row's key is damaged");
    first_free = std::max(first_free, stored.ordinal + 1);
  }
  key->resize(key->size() - 4);
  AppendUint32(~(first_free + parsed.ordinal), key);
  return Status::Ok();
}

}  // namespace diotima
