// Parses the scalar values that JSON and CSV write as text.
#pragma once

#include <diotima/value.h>

#include <string>

namespace diotima {

// Parses text as a value of a column of text, bytes, timestamps, dates, or (NaN and infinities)
// doubles. `scratch` is memory to reuse. kSchemaMismatch if the text is not such a value.
Status TextToValue(std::string_view text, Kind kind, Arena* arena, std::string* scratch,
                   Value* out);

// Returns text for a message: quoted, and cut when long.
std::string QuoteText(std::string_view text);

}  // namespace diotima
