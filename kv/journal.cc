#include "kv/journal.h"

#include "catalog_generated.h"
#include "codec/key.h"

namespace diotima {

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

void JournalEntryBuilder::AddWhole(uint64_t rows) {
  rows_ += rows;
  whole_ = true;
}

std::string JournalEntryBuilder::Encode() const {
  flatbuffers::FlatBufferBuilder builder;
  auto bytes = [&](std::string_view text) {
    return builder.CreateVector(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  };
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<fb::SampleKey>>> samples;
  flatbuffers::Offset<flatbuffers::Vector<uint8_t>> first, last;
  if (whole_) {
    first = bytes("");
    last = bytes("\xff");
  } else if (rows_ <= kListedSamples) {
    std::vector<flatbuffers::Offset<fb::SampleKey>> keys;
    for (const auto& sample : samples_) keys.push_back(fb::CreateSampleKey(builder, bytes(sample)));
    samples = builder.CreateVector(keys);
  } else {
    first = bytes(first_);
    last = bytes(last_);
  }
  builder.Finish(fb::CreateJournalEntry(builder, static_cast<fb::Action>(action_), rows_, samples,
                                        first, last));
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

std::string JournalKey(uint32_t feature, uint32_t version, int64_t time, uint32_t ordinal) {
  std::string key;
  AppendRowKeyPrefix(feature, version, &key);
  AppendUint64(static_cast<uint64_t>(time), &key);
  AppendUint32(ordinal, &key);
  return key;
}

}  // namespace diotima
