// Hashes rows from their by-field hashes, and stores hashes as numbers (docs/semantics.md, "Sample
// hashes").
#pragma once

#include <diotima/digest.h>
#include <diotima/value.h>

#include <string>
#include <string_view>
#include <vector>

namespace diotima {

// Appends H of the hashes of `fields` (ascending struct keys), joined by `|`. `by_field` is a map
// of texts. Returns false, and appends nothing, if the map or one of the hashes is null.
bool AppendRowHash(const Hasher& hasher, const std::vector<std::string>& fields,
                   const Value& by_field, std::string* out);

// Parses the number whose decimal text is exactly `text`. Returns false for other texts, and in
// stores whose hashes are not untruncated xxHash numbers.
bool ParseHashNumber(const Hasher& hasher, std::string_view text, uint64_t* number);
// Returns how many bytes a hash takes as a number: 8 or 4; 0 if hashes are stored as texts.
int HashNumberBytes(const Hasher& hasher);

}  // namespace diotima
