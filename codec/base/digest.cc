#include <diotima/digest.h>
#include <openssl/evp.h>
#include <xxhash.h>

#include "codec/base/decimal.h"

namespace diotima {
namespace {

constexpr std::string_view kNames[] = {"xxhash64", "xxhash32", "sha256", "md5"};

size_t Hex(const EVP_MD* algorithm, std::string_view text, char* out) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, algorithm, nullptr);
  for (unsigned int i = 0; i < size; ++i) {
    *out++ = "0123456789abcdef"[digest[i] >> 4];
    *out++ = "0123456789abcdef"[digest[i] & 15];
  }
  return 2 * size_t{size};
}

}  // namespace

std::string_view HashAlgorithmName(HashAlgorithm algorithm) {
  return kNames[static_cast<size_t>(algorithm)];
}

Result<HashAlgorithm> ParseHashAlgorithm(std::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) return static_cast<HashAlgorithm>(i);
  }
  return Status::InvalidArgument("unknown hash algorithm '" + std::string(name) +
                                 "': use xxhash64, xxhash32, sha256 or md5");
}

Status CheckTruncationLength(int64_t length) {
  if (length == 0 || (length >= 8 && length <= UINT32_MAX)) return Status::Ok();
  return Status::InvalidArgument("hash truncation length " + std::to_string(length) +
                                 ": use 0 (whole hashes) or at least 8");
}

void Hasher::Append(std::string_view text, std::string* out) const {
  char buffer[2 * EVP_MAX_MD_SIZE];
  size_t size = 0;
  switch (algorithm) {
    case HashAlgorithm::kXxHash64:
      size = WriteDecimal(XXH64(text.data(), text.size(), 0), buffer);
      break;
    case HashAlgorithm::kXxHash32:
      size = WriteDecimal(XXH32(text.data(), text.size(), 0), buffer);
      break;
    case HashAlgorithm::kSha256:
      size = Hex(EVP_sha256(), text, buffer);
      break;
    case HashAlgorithm::kMd5:
      size = Hex(EVP_md5(), text, buffer);
      break;
  }
  if (truncation_length != 0 && truncation_length < size) size = truncation_length;
  out->append(buffer, size);
}

std::string Hasher::Hash(std::string_view text) const {
  std::string out;
  Append(text, &out);
  return out;
}

std::string Sha256Hex(std::string_view text) {
  return Hasher{HashAlgorithm::kSha256, 0}.Hash(text);
}

std::string Truncate(std::string text, uint32_t length) {
  if (length != 0 && text.size() > length) text.resize(length);
  return text;
}

}  // namespace diotima
