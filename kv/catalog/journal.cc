#include "kv/catalog/journal.h"

#include <diotima/status_macros.h>

#include "catalog_generated.h"
#include "codec/row/key.h"
#include "kv/catalog/flat_table.h"
#include "kv/engine/scan_keys.h"

namespace diotima {
namespace {

flatbuffers::Offset<flatbuffers::Vector<uint8_t>> Bytes(flatbuffers::FlatBufferBuilder* builder,
                                                        std::string_view text) {
  return builder->CreateVector(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

}  // namespace

void JournalEntryBuilder::Add(std::string_view sample) {
  if (rows_ == 0 || sample < first_) first_ = sample;
  if (rows_ == 0 || sample > last_) last_ = sample;
  ++rows_;
  if (rows_ > kListedSamples) {
    samples_.clear();
    return;
  }
  samples_.emplace_back(sample);
}

std::string JournalEntryBuilder::Encode() const {
  flatbuffers::FlatBufferBuilder builder;
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<fb::SampleKey>>> samples;
  flatbuffers::Offset<flatbuffers::Vector<uint8_t>> first, last;
  if (rows_ <= kListedSamples) {
    std::vector<flatbuffers::Offset<fb::SampleKey>> keys;
    for (const auto& sample : samples_)
      keys.push_back(fb::CreateSampleKey(builder, Bytes(&builder, sample)));
    samples = builder.CreateVector(keys);
  } else {
    first = Bytes(&builder, first_);
    last = Bytes(&builder, last_);
  }
  return Finish(&builder, fb::CreateJournalEntry(builder, static_cast<fb::Action>(action_), rows_,
                                                 samples, first, last));
}

std::string EncodeHardDelete(uint64_t rows, uint64_t stored) {
  flatbuffers::FlatBufferBuilder builder;
  const auto first = Bytes(&builder, ""), last = Bytes(&builder, "\xff");
  return Finish(&builder, fb::CreateJournalEntry(builder, fb::Action::HardDelete, rows,
                                                 /*samples=*/0, first, last, stored));
}

std::string JournalKey(VersionId version, int64_t time, uint32_t ordinal) {
  std::string key;
  AppendRowKeyPrefix(version, &key);
  AppendUint64(static_cast<uint64_t>(time), &key);
  AppendUint32(ordinal, &key);
  return key;
}

bool DecodeJournalEntry(std::string_view bytes, JournalEntry* entry) {
  const Verified<fb::JournalEntry> table(bytes);
  if (table == nullptr || table->action() > fb::Action::MAX) return false;
  entry->action = static_cast<JournalAction>(table->action());
  entry->rows = table->rows();
  entry->stored.reset();
  if (table->stored().has_value()) entry->stored = *table->stored();
  entry->samples.clear();
  if (table->samples() == nullptr) return true;
  for (const auto* sample : *table->samples()) {
    entry->samples.emplace_back(reinterpret_cast<const char*>(sample->key()->data()),
                                sample->key()->size());
  }
  return true;
}

Result<uint64_t> CountByJournal(Engine* engine, const rocksdb::Snapshot* snapshot,
                                VersionId version) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  KeyScan it = ScanKeys(engine, engine->journal(), RangeOf(version), options);
  uint64_t rows = 0;
  for (; it.Valid(); it.Next()) {
    const Verified<fb::JournalEntry> entry(it.value());
    if (entry == nullptr) {
      return Status::Corruption("an entry of the journal is damaged: restore a backup");
    }
    rows = entry->stored().has_value() ? *entry->stored() : rows + entry->rows();
  }
  DIOTIMA_TRY(FromRocks(it.status(), "cannot read the journal"));
  return rows;
}

}  // namespace diotima
