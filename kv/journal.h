// The journal: what each commit touched. docs/format.md, "Journal".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace diotima {

enum class JournalAction : uint8_t { kWrite = 0, kSoftDelete = 1, kHardDelete = 2 };

// Gathers what one commit does to one version of a feature: sample by sample while they are few,
// then just the range. Not thread-safe.
class JournalEntryBuilder {
 public:
  explicit JournalEntryBuilder(JournalAction action) : action_(action) {}

  // `sample`: the id tuple of a row's key. In any order; a sample may come again.
  void Add(std::string_view sample);
  // All samples of the version.
  void AddWhole(uint64_t rows);
  uint64_t rows() const { return rows_; }
  std::string Encode() const;

 private:
  static constexpr size_t kListedSamples = 1000;

  const JournalAction action_;
  uint64_t rows_ = 0;
  bool whole_ = false;
  std::vector<std::string> samples_;
  std::string first_, last_;
};

// feature id u32 | version id u32 | commit time u64 | ordinal u32, big-endian
std::string JournalKey(uint32_t feature, uint32_t version, int64_t time, uint32_t ordinal);

}  // namespace diotima
