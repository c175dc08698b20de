// Reads TOML and JSON into one kind of tree, so that one parser of definitions serves both.
#pragma once

#include <diotima/status.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace diotima {

// How deep a document may nest; functions that walk one are recursive.
inline constexpr int kMaxDocumentDepth = 200;

struct Node {
  enum class Kind : uint8_t { kNull, kBool, kInteger, kFloat, kString, kList, kObject, kTime };

  Node() = default;
  explicit Node(Kind k) : kind(k) {}

  Kind kind = Kind::kNull;
  bool boolean = false;
  // The content of a string. The text that Python prints for a number; empty if JSON has no such
  // number.
  std::string text;
  std::vector<Node> items;
  std::vector<std::pair<std::string, Node>> members;  // in the order written; no key twice
  int line = 0;                                       // from 1; 0 where it is not known

  static Node Bool(bool value);
  static Node String(std::string_view value) { return Text(Kind::kString, value); }
  // Makes a string or a number.
  static Node Text(Kind kind, std::string_view text);
  static Node List() { return Node(Kind::kList); }
  static Node Object() { return Node(Kind::kObject); }
  static Node Strings(const std::vector<std::string>& values);

  // Returns a member of an object, or null.
  const Node* Find(std::string_view key) const;
  void Add(std::string_view key, Node value) { members.emplace_back(key, std::move(value)); }
};

// Returns "null", "a boolean", "an integer", "a number", "text", "a list", "a table" or "a time".
std::string_view NodeKindName(Node::Kind kind);

// Returns a finite `value` as Python's repr prints it: "1e-07", "1e+16", "1.0", "-0.0".
std::string PythonFloat(double value);

// Returns `text` as a JSON string in ASCII, escaped as Python's json.dumps does it. Bytes that are
// not UTF-8 become U+FFFD.
std::string JsonString(std::string_view text);

enum class JsonForm : uint8_t {
  kOneLine,        // `, ` and `: ` between, members in their order
  kOneLineSorted,  // the same with members in ascending order of keys, at every level
  kIndented,       // by two spaces
};
std::string ToJson(const Node& node, JsonForm form);

// Returns the start of a message about a line of `source`: "a.toml:3: ", "line 3: ", or nothing.
std::string Place(const std::string& source, int line);

// Both parse a document, or return kInvalidArgument with a message that starts with
// `source:line:column: `. Duplicate keys, bytes that are not UTF-8, and nesting deeper than
// `max_depth` are errors too.
Result<Node> ParseJson(std::string_view text, const std::string& source,
                       int max_depth = kMaxDocumentDepth);
Result<Node> ParseToml(std::string_view text, const std::string& source);

}  // namespace diotima
