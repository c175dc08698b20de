#include "codec/text/line_reader.h"

#include <gtest/gtest.h>

#include "codec/text/test_file.h"

namespace diotima {
namespace {

std::vector<std::string> Lines(std::string_view text) {
  TextFile file(text);
  LineReader reader(file.get(), "test", 1 << 20);
  std::vector<std::string> lines;
  std::string_view line;
  while (*reader.Next(&line)) lines.emplace_back(line);
  EXPECT_FALSE(*reader.Next(&line));
  return lines;
}

TEST(LineReader, SplitsAtNewlines) {
  using Expected = std::vector<std::string>;
  EXPECT_EQ(Lines(""), Expected{});
  EXPECT_EQ(Lines("\n"), Expected{""});
  EXPECT_EQ(Lines("a"), Expected{"a"});
  EXPECT_EQ(Lines("a\n\nb\r\n"), (Expected{"a", "", "b\r"}));
  EXPECT_EQ(Lines("\xEF\xBB\xBF"
                  "a\n\xEF\xBB\xBF"
                  "b"),
            (Expected{"a",
                      "\xEF\xBB\xBF"
                      "b"}));
}

TEST(LineReader, LinesLongerThanItsBuffer) {
  std::string text;
  std::vector<std::string> expected;
  for (size_t size : {1U, 300'000U, 0U, 262'143U, 262'144U, 262'145U, 900'000U, 5U}) {
    expected.emplace_back(size, static_cast<char>('a' + size % 26));
    text += expected.back() + "\n";
  }
  EXPECT_EQ(Lines(text), expected);
}

TEST(LineReader, RefusesLinesBeyondTheLimit) {
  TextFile file("a\n" + std::string(2'000'000, 'x') + "\nb\n");
  LineReader reader(file.get(), "test.jsonl", 1 << 20);
  std::string_view line;
  ASSERT_TRUE(*reader.Next(&line));
  auto found = reader.Next(&line);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.status().message(), "test.jsonl:2: the line is longer than 1 MiB");
}

TEST(LineReader, ExtendsALine) {
  std::string longer(700'000, 'y');
  TextFile file(
      "\xEF\xBB\xBF"
      "a\nb\n" +
      longer + "\nc");
  LineReader reader(file.get(), "test", 1 << 20);
  std::string_view line;
  ASSERT_TRUE(*reader.Next(&line));
  ASSERT_TRUE(*reader.Extend(&line));
  EXPECT_EQ(line, "a\nb");
  ASSERT_TRUE(*reader.Extend(&line));
  EXPECT_EQ(line, "a\nb\n" + longer);
  EXPECT_EQ(reader.number(), 1u);
  ASSERT_TRUE(*reader.Next(&line));
  EXPECT_EQ(line, "c");
  EXPECT_EQ(reader.number(), 4u);
  EXPECT_FALSE(*reader.Extend(&line));
}

TEST(LineReader, AFailingFileIsAnIoError) {
  std::FILE* directory = std::fopen("/", "r");
  ASSERT_NE(directory, nullptr);
  LineReader reader(directory, "root", 1 << 20);
  std::string_view line;
  auto found = reader.Next(&line);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.status().code(), StatusCode::kIoError);
  std::fclose(directory);
}

}  // namespace
}  // namespace diotima
