// Writes and reads the journal: what each commit touched. docs/format.md, "Journal".
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

// Collects the rows that one commit puts into one version of a feature: each sample while they are
// few, then only their range. Not thread-safe.
class JournalEntryBuilder {
 public:
  explicit JournalEntryBuilder(JournalAction action) : action_(action) {}

  // Notes a row. `sample` is the id tuple of its key. Samples may come in any order, and more than
  // once.
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

// Adds the entry of a hard delete, which may have touched any sample of the version: `rows` were
// removed, `stored` are left. Removes the earlier entries of the version, because they name
// samples.
std::string EncodeHardDelete(uint64_t rows, uint64_t stored);

// feature id u32 | version id u32 | commit time u64 | ordinal u32, big-endian
std::string JournalKey(VersionId version, int64_t time, uint32_t ordinal);

struct JournalEntry {
  JournalAction action = JournalAction::kWrite;
  uint64_t rows = 0;
  std::optional<uint64_t> stored;    // of a hard delete
  std::vector<std::string> samples;  // those listed
};
// Returns false if the bytes are not an entry.
bool DecodeJournalEntry(std::string_view bytes, JournalEntry* entry);

// Returns how many rows of a version are stored, history included, by the journal. Reads its
// entries since the last hard delete. `snapshot` may be null.
Result<uint64_t> CountByJournal(Engine* engine, const rocksdb::Snapshot* snapshot,
                                VersionId version);

}  // namespace diotima
