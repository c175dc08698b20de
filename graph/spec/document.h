// A tree that TOML and JSON are both read into, so that one parser of definitions serves both.
#pragma once

#include <diotima/status.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace diotima {

// How deep a document may nest: everything that walks one recurses.
inline constexpr int kMaxDocumentDepth = 200;

struct Node {
  enum class Kind : uint8_t { kNull, kBool, kInteger, kFloat, kString, kList, kObject, kTime };

  Node() = default;
  explicit Node(Kind k) : kind(k) {}

  Kind kind = Kind::kNull;
  bool boolean = false;
  // Of a string its content; of a number what Python prints for it, empty where JSON has no such
  // number; of a time nothing.
  std::string text;
  std::vector<Node> items;
  std::vector<std::pair<std::string, Node>> members;  // in the order written; no key twice
  int line = 0;                                       // from 1; 0 where it is not known

  static Node Bool(bool value);
  static Node String(std::string_view value) { return Text(Kind::kString, value); }
  // A string or a number.
  static Node Text(Kind kind, std::string_view text);
  static Node List() { return Node(Kind::kList); }
  static Node Object() { return Node(Kind::kObject); }
  static Node Strings(const std::vector<std::string>& values);

  // The member of an object; null when there is none.
  const Node* Find(std::string_view key) const;
  void Add(std::string_view key, Node value) { members.emplace_back(key, std::move(value)); }
};

// "null", "a boolean", "an integer", "a number", "text", "a list", "a table", "a time".
std::string_view NodeKindName(Node::Kind kind);

// `value` (finite) as Python's repr has it: "1e-07", "1e+16", "1.0", "-0.0".
std::string PythonFloat(double value);

// `text` as a JSON string: ASCII alone, escaped as Python's json.dumps does it. Bytes that are no
// UTF-8 become U+FFFD.
std::string JsonString(std::string_view text);

enum class JsonForm : uint8_t {
  kOneLine,        // `, ` and `: ` between, members in their order
  kOneLineSorted,  // the same with members in ascending order of keys, at every level
  kIndented,       // by two spaces
};
std::string ToJson(const Node& node, JsonForm form);

// The place of `line` of `source` for the start of a message: "a.toml:3: ", "line 3: ", or empty.
std::string Place(const std::string& source, int line);

// Both fail with kInvalidArgument, the message starting with `source:line:column: `; duplicate
// keys, bytes that are no UTF-8, and nesting deeper than `max_depth` are errors too.
Result<Node> ParseJson(std::string_view text, const std::string& source,
                       int max_depth = kMaxDocumentDepth);
Result<Node> ParseToml(std::string_view text, const std::string& source);

}  // namespace diotima
