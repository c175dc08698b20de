#include "codec/text/base64.h"

#include <gtest/gtest.h>

#include <random>

namespace diotima {
namespace {

std::string Encode(std::string_view bytes) {
  std::string out;
  AppendBase64(bytes, &out);
  return out;
}

TEST(Base64, EncodesAsTheRfc) {
  const std::pair<const char*, const char*> kVectors[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : kVectors) {
    EXPECT_EQ(Encode(bytes), text);
    std::string decoded;
    EXPECT_TRUE(DecodeBase64(text, &decoded));
    EXPECT_EQ(decoded, bytes);
  }
}

TEST(Base64, RefusesAnythingElse) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "====", "=", "Zg==Zg==", "Zh==", "Zm9=",
                           "Zm 8=", "Zm9v\n", "Zm9-", "Z===", "AA=A", "\xff\xff\xff\xff"}) {
    std::string decoded;
    EXPECT_FALSE(DecodeBase64(text, &decoded)) << text;
  }
}

TEST(Base64, RoundTripsRandomBytes) {
  std::mt19937 random(1);
  for (int i = 0; i < 1000; ++i) {
    std::string bytes(random() % 50, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    std::string decoded;
    ASSERT_TRUE(DecodeBase64(Encode(bytes), &decoded));
    EXPECT_EQ(decoded, bytes);
  }
}

}  // namespace
}  // namespace diotima
