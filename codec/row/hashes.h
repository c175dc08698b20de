// By-field hashes in memory, and the hash of a row made from them (docs/semantics.md, "Sample
// hashes").
#pragma once

#include <diotima/digest.h>
#include <diotima/value.h>

#include <string>
#include <string_view>
#include <vector>

namespace diotima {

// H of the hashes of `fields` (ascending struct keys) joined by `|`, appended to `out`. `by_field`
// is a map of texts. False, and nothing appended, where the map or one of the hashes is null.
bool AppendRowHash(const Hasher& hasher, const std::vector<std::string>& fields,
                   const Value& by_field, std::string* out);

// The number whose decimal text is exactly `text`, for a hash of `algorithm`. Only where texts of
// that store are untruncated xxHash numbers.
bool ParseHashNumber(const Hasher& hasher, std::string_view text, uint64_t* number);
// Whether hashes are stored as numbers of 8 or 4 bytes; 0 where they are texts.
int HashNumberBytes(const Hasher& hasher);

}  // namespace diotima
