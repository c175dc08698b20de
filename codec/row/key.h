// Encodes keys of rows as bytes that sort as the values do. Layout: docs/format.md.
#pragma once

#include <diotima/value.h>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace diotima {

// Appends one value of a tuple: a tag, then its order-preserving bytes. Null sorts first. Values
// must not be nested. -0.0 is written as 0.0, all NaNs as one.
void AppendTupleValue(const Value& value, std::string* out);

// Returns whether values of both kinds are encoded alike; kNull is any kind.
bool SameKeyKind(Kind a, Kind b);

// Takes one value off the front of `in`. Integers are kInt64 if they fit, else kUint64. Text points
// into `in`, or into `arena` if it had to be unescaped. Returns false for bytes that are not a
// tuple.
bool TakeTupleValue(std::string_view* in, Value* value, Arena* arena);
// Skips one value without decoding it.
bool SkipTupleValue(std::string_view* in);

// feature id u32 | version id u32 | sample tuple | ~time u64 | ~ordinal u32, big-endian
inline constexpr size_t kRowKeyPrefixSize = 8;
inline constexpr size_t kRowKeySuffixSize = 12;

// One version of one feature, by the ids that the catalog gave them.
struct VersionId {
  uint32_t feature = 0;
  uint32_t version = 0;

  auto operator<=>(const VersionId&) const = default;
};

// The keys from `begin` on and before `end`; an empty `end` is no bound.
struct KeyRange {
  std::string begin;
  std::string end;
};

struct RowKey {
  VersionId id;
  std::string_view sample;
  int64_t time = 0;  // microseconds since 1970
  uint32_t ordinal = 0;
};

void AppendUint32(uint32_t value, std::string* out);
void AppendUint64(uint64_t value, std::string* out);
uint32_t ReadUint32(const char* in);
uint64_t ReadUint64(const char* in);

// Appends the first eight bytes of every key of `version`, in the rows and in the journal.
void AppendRowKeyPrefix(VersionId version, std::string* out);
void AppendRowKeySuffix(int64_t time, uint32_t ordinal, std::string* out);
void AppendRowKey(const RowKey& key, std::string* out);
// Splits a key into its parts. Returns false if it is too short; does not check the sample.
bool ParseRowKey(std::string_view in, RowKey* key);
// Returns the range of all keys of a version.
KeyRange RangeOf(VersionId version);
// Returns the range of all keys that begin with `prefix`.
KeyRange RangeOf(std::string_view prefix);
// Returns the smallest key after all keys that begin with `prefix`; empty when there is none.
std::string PrefixEnd(std::string_view prefix);

}  // namespace diotima
