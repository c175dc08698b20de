// Text to the scalar values that JSON and CSV write as text.
#pragma once

#include <diotima/value.h>

#include <string>

namespace diotima {

// Text as a value of a column of text, bytes, timestamps, dates, or (for the three names of what is
// no number) doubles. `scratch` is for reuse. kSchemaMismatch where the text is none.
Status TextToValue(std::string_view text, Kind kind, Arena* arena, std::string* scratch,
                   Value* out);

// Text for a message: quoted, cut when long.
std::string QuoteText(std::string_view text);

}  // namespace diotima
