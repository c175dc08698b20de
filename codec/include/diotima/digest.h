// Hashes of text as text (docs/semantics.md, "Sample hashes").
#pragma once

#include <diotima/export.h>
#include <diotima/status.h>

#include <string>
#include <string_view>

namespace diotima {

enum class HashAlgorithm : uint8_t { kXxHash64 = 0, kXxHash32, kSha256, kMd5 };

// Returns "xxhash64", "xxhash32", "sha256" or "md5".
DIOTIMA_EXPORT std::string_view HashAlgorithmName(HashAlgorithm algorithm);
// Returns kInvalidArgument for any other name, and lists the known ones.
DIOTIMA_EXPORT Result<HashAlgorithm> ParseHashAlgorithm(std::string_view name);

// The function H of a store: an algorithm and a truncation length (0: keep all, else at least 8).
struct DIOTIMA_EXPORT Hasher {
  HashAlgorithm algorithm = HashAlgorithm::kXxHash64;
  uint32_t truncation_length = 0;

  // Returns the hash cut to `truncation_length` characters: xxHash (seed 0) as an unsigned decimal,
  // SHA-256 and MD5 as lower-case hex. Thread-safe.
  std::string Hash(std::string_view text) const;
  // Appends the same to `out`.
  void Append(std::string_view text, std::string* out) const;

  bool operator==(const Hasher&) const = default;
};

// Returns kInvalidArgument unless `length` is 0 or at least 8.
DIOTIMA_EXPORT Status CheckTruncationLength(int64_t length);

// Returns the SHA-256 of `text` as lower-case hex.
DIOTIMA_EXPORT std::string Sha256Hex(std::string_view text);

// Returns the first `length` characters; all of them when `length` is 0.
DIOTIMA_EXPORT std::string Truncate(std::string text, uint32_t length);

}  // namespace diotima
