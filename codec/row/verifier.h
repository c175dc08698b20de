// Checks bytes from disk before they are read, as FlatBuffers' verifier does, for the tables of one
// layout, in one pass over the fields of a row.
#pragma once

#include <string_view>
#include <vector>

#include "codec/row/layout.h"

namespace diotima {

// Returns the commit time of a row in microseconds: when its store learned of it. `key_time` is the
// time in its key. The bytes need not be those of a row; then it is `key_time`.
int64_t CommitTimeOf(int64_t key_time, std::string_view bytes);

class RowVerifier {
 public:
  explicit RowVerifier(const RowLayout& layout);

  // Returns whether `bytes` are a row of the layout: every known field has the form that the schema
  // says, inside of the bytes and aligned relative to their beginning. Unknown fields are neither
  // read nor checked.
  bool Verify(std::string_view bytes) const;

 private:
  enum class Check : uint8_t {
    kNone,
    kBytes1,
    kBytes4,
    kBytes8,
    kText,      // length, bytes, and a zero
    kVector1,   // of bytes
    kNested,    // a FlexBuffer in a vector of bytes
    kNumbers4,  // of as many numbers as there are fields
    kNumbers8,
    kTexts,    // of as many texts as there are fields
    kEntries,  // of HashEntry
  };

  void AddCheck(uint32_t id, Kind kind);
  bool VerifyField(Check check, std::string_view bytes, size_t at) const;
  bool VerifyTexts(std::string_view bytes, size_t vector) const;
  bool VerifyEntries(std::string_view bytes, size_t vector) const;

  std::vector<Check> checks_;  // by field id
  size_t fields_;
};

}  // namespace diotima
