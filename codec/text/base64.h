// Base64 (RFC 4648, section 4).
#pragma once

#include <string>
#include <string_view>

namespace diotima {

void AppendBase64(std::string_view bytes, std::string* out);

// Appends the bytes that `text` encodes. Returns false (and leaves `out` undefined) unless `text`
// is exactly what AppendBase64 writes: padded, without spaces, unused bits zero.
bool DecodeBase64(std::string_view text, std::string* out);

}  // namespace diotima
