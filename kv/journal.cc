#include "kv/journal.h"

#include <memory>

#include "catalog_generated.h"
#include "codec/key.h"
#include "codec/status_macros.h"

namespace diotima {
namespace {

flatbuffers::Offset<flatbuffers::Vector<uint8_t>> Bytes(flatbuffers::FlatBufferBuilder* builder,
                                                        std::string_view text) {
  return builder->CreateVector(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

std::string TextOf(const flatbuffers::FlatBufferBuilder& builder) {
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

const fb::JournalEntry* Verified(std::string_view bytes) {
  flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), 64,
                                 1000000, /*check_alignment=*/false);
  if (bytes.size() < 8 || !verifier.VerifyBuffer<fb::JournalEntry>(nullptr)) return nullptr;
  return flatbuffers::GetRoot<fb::JournalEntry>(bytes.data());
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
  builder.Finish(fb::CreateJournalEntry(builder, static_cast<fb::Action>(action_), rows_, samples,
                                        first, last));
  return TextOf(builder);
}

std::string EncodeHardDelete(uint64_t rows, uint64_t stored) {
  flatbuffers::FlatBufferBuilder builder;
  const auto first = Bytes(&builder, ""), last = Bytes(&builder, "\xff");
  builder.Finish(fb::CreateJournalEntry(builder, fb::Action::HardDelete, rows, /*samples=*/0, first,
                                        last, stored));
  return TextOf(builder);
}

std::string JournalKey(uint32_t feature, uint32_t version, int64_t time, uint32_t ordinal) {
  std::string key;
  AppendRowKeyPrefix(feature, version, &key);
  AppendUint64(static_cast<uint64_t>(time), &key);
  AppendUint32(ordinal, &key);
  return key;
}

bool DecodeJournalEntry(std::string_view bytes, JournalEntry* entry) {
  const auto* table = Verified(bytes);
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

Result<uint64_t> CountByJournal(Engine* engine, const rocksdb::Snapshot* snapshot, uint32_t feature,
                                uint32_t version) {
  std::string begin;
  AppendRowKeyPrefix(feature, version, &begin);
  const std::string end = PrefixEnd(begin);
  const rocksdb::Slice upper = end;
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  options.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> it(
      engine->db()->NewIterator(options, engine->journal()));
  uint64_t rows = 0;
  for (it->Seek(begin); it->Valid(); it->Next()) {
    const auto* entry = Verified(View(it->value()));
    if (entry == nullptr) {
      return Status::Corruption("an entry of the journal is damaged: restore a backup");
    }
    rows = entry->stored().has_value() ? *entry->stored() : rows + entry->rows();
  }
  DIOTIMA_TRY(FromRocks(it->status(), "cannot read the journal"));
  return rows;
}

}  // namespace diotima
