#include "graph/spec/document.h"

#include <gtest/gtest.h>

#include "codec/base/test_status.h"

namespace diotima {
namespace {

std::string JsonError(std::string_view text) {
  const Result<Node> node = ParseJson(text, "f.json");
  return node.ok() ? "no error" : node.status().message();
}

std::string TomlError(std::string_view text) {
  const Result<Node> node = ParseToml(text, "f.toml");
  return node.ok() ? "no error" : node.status().message();
}

std::string Repeated(int times, std::string_view text) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(DocumentTest, PythonFloats) {
  const std::pair<double, const char*> kCases[] = {
      {0.0, "0.0"},
      {-0.0, "-0.0"},
      {1.0, "1.0"},
      {0.1, "0.1"},
      {1e-4, "0.0001"},
      {1e-5, "1e-05"},
      {1.5e-7, "1.5e-07"},
      {1e15, "1000000000000000.0"},
      {1e16, "1e+16"},
      {123456.75, "123456.75"},
      {1.5e22, "1.5e+22"},
      {5e-324, "5e-324"},
      {-2.5, "-2.5"},
      {9007199254740993.0, "9007199254740992.0"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
  };
  for (const auto& [value, text] : kCases) EXPECT_EQ(PythonFloat(value), text);
}

TEST(DocumentTest, JsonStrings) {
  EXPECT_EQ(JsonString("a\"\\/\n\x7f"), R"("a\"\\/\n\u007f")");
  EXPECT_EQ(JsonString("é€😀"), R"("\u00e9\u20ac\ud83d\ude00")");
  EXPECT_EQ(JsonString("\xff\xc3(\xed\xa0\x80"), R"("\ufffd\ufffd(\ufffd\ufffd\ufffd")");
  EXPECT_EQ(JsonString("\xe2\x82"), R"("\ufffd\ufffd")");
}

TEST(DocumentTest, JsonKeepsNumbersAndOrder) {
  const std::string text =
      R"({"b": [1, -7, 1.50, 1E5, 123456789012345678901234567890], "a": {"y": null, "x": true}})";
  const Result<Node> node = ParseJson(text, "");
  ASSERT_OK(node);
  EXPECT_EQ(ToJson(*node, JsonForm::kOneLine),
            R"({"b": [1, -7, 1.5, 100000.0, 123456789012345678901234567890], )"
            R"("a": {"y": null, "x": true}})");
  EXPECT_EQ(ToJson(*node, JsonForm::kOneLineSorted),
            R"({"a": {"x": true, "y": null}, )"
            R"("b": [1, -7, 1.5, 100000.0, 123456789012345678901234567890]})");
  EXPECT_EQ(ToJson(*node->Find("a"), JsonForm::kIndented), "{\n  \"y\": null,\n  \"x\": true\n}");
}

TEST(DocumentTest, LinesAreKnown) {
  const Result<Node> json = ParseJson("{\n\"a\": [\n1,\n2\n],\n\"b\": {}}", "");
  ASSERT_OK(json);
  EXPECT_EQ(json->line, 1);
  EXPECT_EQ(json->Find("a")->line, 2);
  EXPECT_EQ(json->Find("a")->items[0].line, 3);
  EXPECT_EQ(json->Find("a")->items[1].line, 4);
  EXPECT_EQ(json->Find("b")->line, 6);
  const Result<Node> toml = ParseToml("z = 1\n\n[[t]]\ny.x = 2\n", "");
  ASSERT_OK(toml);
  EXPECT_EQ(toml->members[0].first, "z");
  EXPECT_EQ(toml->Find("t")->items[0].line, 3);
  EXPECT_EQ(toml->Find("t")->items[0].Find("y")->line, 4);
}

TEST(DocumentTest, MalformedJson) {
  EXPECT_EQ(JsonError("{\n  \"a\": 1,\n  \"a\": 2}"),
            "f.json:3:5: the key \"a\" occurs twice in one object");
  EXPECT_TRUE(JsonError("").starts_with("f.json:1:1: ")) << JsonError("");
  EXPECT_TRUE(JsonError("[1,\n oops]").starts_with("f.json:2:2: syntax error"))
      << JsonError("[1,\n oops]");
  for (const char* text : {"[1] 2", "{\"a\"}", "[\"\xff\"]", "[\"\\ud800\"]", "[01]", "[1e400]",
                           "[NaN]", "[1,]", "{'a': 1}", "[\"a\nb\"]", "nul"}) {
    EXPECT_TRUE(JsonError(text).starts_with("f.json:")) << text << JsonError(text);
  }
  EXPECT_TRUE(ParseJson("[", "").status().message().starts_with("line 1:1: "));
}

TEST(DocumentTest, MalformedToml) {
  EXPECT_TRUE(TomlError("a = 1\nb = \n").starts_with("f.toml:2:")) << TomlError("a = 1\nb = \n");
  EXPECT_TRUE(TomlError("a = 1\na = 2\n").starts_with("f.toml:2:"));
  EXPECT_TRUE(TomlError("a = \"\xff\"").starts_with("f.toml:1:"));
  EXPECT_TRUE(TomlError("a = [1, 2").starts_with("f.toml:1:"));
}

// toml++ 3.3 stops the program at some of these.
TEST(DocumentTest, TomlKeysThatAreNone) {
  for (const char* text :
       {"[.a]",   "[=]",    "[[.]]",  "[ #a]",        "[\n]",    "[",      "[[", "[]",
        "[[ ]]",  ".a = 1", "= 1",    "a = {.b = 1}", "a = {=}", "[a.]",   "[.", "a.",
        "a = {b", "[a][",   "a = [}", "a = [1, }]",   "a = {]",  "a = 1]", "}"}) {
    EXPECT_TRUE(TomlError(text).starts_with("f.toml:1:")) << text << ": " << TomlError(text);
  }
  const std::string quoted = "f.toml:2: a key with characters outside of ASCII must be quoted";
  EXPECT_EQ(TomlError("\n\xC3\xA9 = 1"), quoted);
  EXPECT_EQ(TomlError("\na = {\xC3\xA9 = 1}"), quoted);
  EXPECT_EQ(TomlError("\n[\xC3\xA9]"), "f.toml:2: a table header must name a key");
  // It reads on into the string, with undefined behaviour at some characters.
  for (const char* text : {"a = 6316'\xCC\xBF'", "a = 6[\"\xCC\xBF\"", "a = [6=\"\xCC\xBF\"]",
                           "a = {b = 6.'\xCC\xBF'}", "a = {b = 1, c = 6\x05'\xCC\xBF'}"}) {
    EXPECT_EQ(TomlError(text), "f.toml:1: a value that is neither text nor number") << text;
  }
  for (const char* text :
       {"a = [2001-01-01 5,\"\xCC\xBF\"]", "a = [2_001-01-01 5]\nb = '\xCC\xBF'"}) {
    EXPECT_EQ(TomlError(text), "f.toml:1: a time of one digit after a date") << text;
  }
  EXPECT_EQ(TomlError("a = [2001-01-01 05:00:00, 2001-01-01]\nb = '\xCC\xBF'"), "no error");
  EXPECT_EQ(TomlError("6.'\xCC\xBF' = {7.'\xCC\xBF' = 1979-05-27T07:32:00+01:00#\n}"), "no error");
  EXPECT_EQ(TomlError("\xEF\xBB\xBF'\xC3\xA9' = \"\xC3\xA9\" # \xC3\xA9"), "no error");
  EXPECT_EQ(TomlError("a = [\n[1],\n[2]]\n[b]\n[[c]]\n[ 'd' ]\n"), "no error");
}

TEST(DocumentTest, TomlEscapesOfWhatIsNotAscii) {
  EXPECT_EQ(TomlError("a = \"\\\xC3\xA9\"\n"),
            "f.toml:1: a backslash before a character outside of ASCII escapes nothing");
  EXPECT_NE(TomlError("a = \"\"\"x\\\n   \xC3\xA9\"\"\"\n").find("join the lines"),
            std::string::npos);
  EXPECT_OK(ParseToml("a = '\\\xC3\xA9'\n", "f.toml")) << "a literal string has no escapes";
}

TEST(DocumentTest, NestingIsLimited) {
  EXPECT_EQ(JsonError(Repeated(200, "[") + Repeated(200, "]")), "no error");
  EXPECT_EQ(JsonError(Repeated(201, "[")), "f.json:1:201: nested deeper than 200 levels");
  EXPECT_EQ(JsonError(Repeated(100000, "{\"a\":")), "f.json:1:1001: nested deeper than 200 levels");
  const std::string kTooDeep = "f.toml:1: nested deeper than 200 levels";
  EXPECT_EQ(TomlError("a = " + Repeated(150, "[") + Repeated(150, "]")), "no error");
  EXPECT_EQ(TomlError("a = " + Repeated(100000, "[")), kTooDeep);
  EXPECT_EQ(TomlError(Repeated(100000, "a.") + "a = 1"), kTooDeep);
  EXPECT_EQ(TomlError("[" + Repeated(100000, "a.") + "a]"), kTooDeep);
  EXPECT_EQ(TomlError("x = " + Repeated(50, "{a.a.a.a.a.a=") + "1"), kTooDeep);
  EXPECT_EQ(TomlError("x = {s = \"\"\"a\"\"\"\", " + Repeated(300, "a.") + "a = 1}"), kTooDeep);
}

TEST(DocumentTest, DotsInTextAndNumbersAreNoNesting) {
  const std::string dots = Repeated(500, "a.");
  EXPECT_EQ(TomlError("a = \"" + dots + "\"\nb = '" + dots + "' # " + dots + "\n"), "no error");
  EXPECT_EQ(TomlError("a = \"\"\"\\\"\"\"" + dots + "\n" + dots + "\"\"\"\n"), "no error");
  EXPECT_EQ(TomlError("a = [" + Repeated(500, "1.5,\n") + "]\n"), "no error");
}

}  // namespace
}  // namespace diotima
