// The journal: what each commit touched. docs/format.md, "Journal".
#pragma once

#include <rocksdb/snapshot.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/row/key.h"
#include "kv/engine/engine.h"

namespace diotima {

enum class JournalAction : uint8_t { kWrite = 0, kSoftDelete = 1, kHardDelete = 2 };

// Gathers the rows that one commit puts to one version of a feature: sample by sample while they
// are few, then just the range. Not thread-safe.
class JournalEntryBuilder {
 public:
  explicit JournalEntryBuilder(JournalAction action) : action_(action) {}

  // `sample`: the id tuple of a row's key. In any order; a sample may come again.
  void Add(std::string_view sample);
  uint64_t rows() const { return rows_; }
  std::string Encode() const;

 private:
  static constexpr size_t kListedSamples = 1000;

  const JournalAction action_;
  uint64_t rows_ = 0;
  std::vector<std::string> samples_;
  std::string first_, last_;
};

// The entry of a hard delete, which may have touched any sample of the version: `rows` are gone,
// `stored` are left. The version's earlier entries go with it, for they name samples.
std::string EncodeHardDelete(uint64_t rows, uint64_t stored);

// feature id u32 | version id u32 | commit time u64 | ordinal u32, big-endian
std::string JournalKey(VersionId version, int64_t time, uint32_t ordinal);

// An entry, read in place.
struct JournalEntry {
  JournalAction action = JournalAction::kWrite;
  uint64_t rows = 0;
  std::optional<uint64_t> stored;         // of a hard delete
  std::vector<std::string_view> samples;  // those listed
};
// False where the bytes are no entry.
bool DecodeJournalEntry(std::string_view bytes, JournalEntry* entry);

// How many rows of a version are stored, history included, as the journal has it. Reads its entries
// since the last hard delete. `snapshot` may be null.
Result<uint64_t> CountByJournal(Engine* engine, const rocksdb::Snapshot* snapshot,
                                VersionId version);

}  // namespace diotima
