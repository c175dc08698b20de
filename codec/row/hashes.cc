#include "codec/row/hashes.h"

#include <charconv>

namespace diotima {

bool AppendRowHash(const Hasher& hasher, const std::vector<std::string>& fields,
                   const Value& by_field, std::string* out) {
  if (by_field.null()) return false;
  thread_local std::string joined;
  joined.clear();
  for (size_t i = 0; i < fields.size(); ++i) {
    // Maps are usually in the order of the fields.
    const bool in_place =
        i < by_field.size() && by_field.entry_key(i).unchecked_text() == fields[i];
    const Value hash = in_place ? by_field.entry_value(i) : by_field.Find(fields[i]);
    if (hash.null()) return false;
    if (i > 0) joined.push_back('|');
    joined.append(hash.unchecked_text());
  }
  hasher.Append(joined, out);
  return true;
}

int HashNumberBytes(const Hasher& hasher) {
  if (hasher.truncation_length != 0) return 0;
  if (hasher.algorithm == HashAlgorithm::kXxHash64) return 8;
  return hasher.algorithm == HashAlgorithm::kXxHash32 ? 4 : 0;
}

bool ParseHashNumber(const Hasher& hasher, std::string_view text, uint64_t* number) {
  const int bytes = HashNumberBytes(hasher);
  if (bytes == 0 || text.empty() || (text.front() == '0' && text.size() > 1)) return false;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  return bytes == 8 || *number <= UINT32_MAX;
}

}  // namespace diotima
