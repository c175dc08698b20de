// Hashes of text as text (docs/semantics.md, "Sample hashes").
#pragma once

#include <diotima/export.h>
#include <diotima/status.h>

#include <string>
#include <string_view>

namespace diotima {

enum class HashAlgorithm : uint8_t { kXxHash64 = 0, kXxHash32, kSha256, kMd5 };

// "xxhash64", "xxhash32", "sha256", "md5".
DIOTIMA_EXPORT std::string_view HashAlgorithmName(HashAlgorithm algorithm);
// kInvalidArgument for another name, with the known ones.
DIOTIMA_EXPORT Result<HashAlgorithm> ParseHashAlgorithm(std::string_view name);

// The function H of a store: an algorithm and a truncation length (0: keep all, else at least 8).
struct DIOTIMA_EXPORT Hasher {
  HashAlgorithm algorithm = HashAlgorithm::kXxHash64;
  uint32_t truncation_length = 0;

  // xxHash (seed 0) as unsigned decimal, SHA-256 and MD5 as lower-case hex, cut to
  // `truncation_length` characters. Thread-safe.
  std::string Hash(std::string_view text) const;
  // The same, appended to `out`.
  void Append(std::string_view text, std::string* out) const;

  bool operator==(const Hasher&) const = default;
};

// kInvalidArgument unless 0 or at least 8.
DIOTIMA_EXPORT Status CheckTruncationLength(int64_t length);

// Lower-case hex of SHA-256 over all of `text`.
DIOTIMA_EXPORT std::string Sha256Hex(std::string_view text);

// The first `length` characters; all of them when length is 0.
DIOTIMA_EXPORT std::string Truncate(std::string text, uint32_t length);

}  // namespace diotima
