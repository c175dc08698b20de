#include "graph/spec/document.h"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace diotima {
namespace {

constexpr uint32_t kReplacement = 0xFFFD;

// The code point at `*pos`, moving past it; kReplacement past one byte where there is none.
uint32_t NextCodePoint(std::string_view text, size_t* pos) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte((*pos)++);
  if (first < 0x80) return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  if (first < 0xC2 || first > 0xF4 || *pos + more > text.size()) return kReplacement;
  uint32_t code = first & (0x3F >> more);
  for (int i = 0; i < more; ++i) {
    if ((byte(*pos + i) & 0xC0) != 0x80) return kReplacement;
    code = code << 6 | (byte(*pos + i) & 0x3F);
  }
  constexpr uint32_t kSmallest[] = {0, 0x80, 0x800, 0x10000};
  if (code < kSmallest[more] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
    return kReplacement;
  }
  *pos += more;
  return code;
}

void AppendUnit(uint32_t unit, std::string* out) {
  constexpr char kHex[] = "0123456789abcdef";
  *out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) *out += kHex[unit >> shift & 0xF];
}

void AppendEscaped(uint32_t code, std::string* out) {
  switch (code) {
    case '"':
      *out += "\\\"";
      return;
    case '\\':
      *out += "\\\\";
      return;
    case '\n':
      *out += "\\n";
      return;
    case '\r':
      *out += "\\r";
      return;
    case '\t':
      *out += "\\t";
      return;
    case '\b':
      *out += "\\b";
      return;
    case '\f':
      *out += "\\f";
      return;
    default:
      break;
  }
  if (code >= ' ' && code <= '~') {
    *out += static_cast<char>(code);
  } else if (code < 0x10000) {
    AppendUnit(code, out);
  } else {
    AppendUnit(0xD800 + ((code - 0x10000) >> 10), out);
    AppendUnit(0xDC00 + ((code - 0x10000) & 0x3FF), out);
  }
}

class JsonWriter {
 public:
  explicit JsonWriter(JsonForm form) : form_(form) {}

  void Write(const Node& node) {
    switch (node.kind) {
      case Node::Kind::kNull:
        out_ += "null";
        return;
      case Node::Kind::kBool:
        out_ += node.boolean ? "true" : "false";
        return;
      case Node::Kind::kInteger:
      case Node::Kind::kFloat:
        out_ += node.text;
        return;
      case Node::Kind::kString:
      case Node::Kind::kTime:
        out_ += JsonString(node.text);
        return;
      case Node::Kind::kList:
        WriteList(node);
        return;
      case Node::Kind::kObject:
        WriteObject(node);
        return;
    }
  }

  std::string Take() { return std::move(out_); }

 private:
  void WriteList(const Node& node) {
    out_ += '[';
    ++level_;
    for (size_t i = 0; i < node.items.size(); ++i) {
      Separate(i == 0);
      Write(node.items[i]);
    }
    Close(node.items.empty(), ']');
  }

  void WriteObject(const Node& node) {
    std::vector<size_t> order(node.members.size());
    std::iota(order.begin(), order.end(), 0);
    if (form_ == JsonForm::kOneLineSorted) {
      std::sort(order.begin(), order.end(),
                [&](size_t a, size_t b) { return node.members[a].first < node.members[b].first; });
    }
    out_ += '{';
    ++level_;
    for (size_t i = 0; i < order.size(); ++i) {
      const auto& [key, value] = node.members[order[i]];
      Separate(i == 0);
      out_ += JsonString(key) + ": ";
      Write(value);
    }
    Close(order.empty(), '}');
  }

  void Separate(bool first) {
    if (form_ == JsonForm::kIndented) {
      out_ += first ? "\n" : ",\n";
      out_.append(2 * level_, ' ');
    } else if (!first) {
      out_ += ", ";
    }
  }

  void Close(bool empty, char bracket) {
    --level_;
    if (form_ == JsonForm::kIndented && !empty) {
      out_ += '\n';
      out_.append(2 * level_, ' ');
    }
    out_ += bracket;
  }

  const JsonForm form_;
  size_t level_ = 0;
  std::string out_;
};

}  // namespace

Node Node::Bool(bool value) {
  Node node(Kind::kBool);
  node.boolean = value;
  return node;
}

Node Node::Text(Kind kind, std::string_view text) {
  Node node(kind);
  node.text = text;
  return node;
}

Node Node::Strings(const std::vector<std::string>& values) {
  Node list = List();
  for (const std::string& value : values) list.items.push_back(String(value));
  return list;
}

const Node* Node::Find(std::string_view key) const {
  for (const auto& [name, value] : members) {
    if (name == key) return &value;
  }
  return nullptr;
}

std::string_view NodeKindName(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::kNull:
      return "null";
    case Node::Kind::kBool:
      return "a boolean";
    case Node::Kind::kInteger:
      return "an integer";
    case Node::Kind::kFloat:
      return "a number";
    case Node::Kind::kString:
      return "text";
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kObject:
      return "a table";
    case Node::Kind::kTime:
      return "a time";
  }
  return "";
}

std::string PythonFloat(double value) {
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string_view text(buffer, end.ptr - buffer);
  std::string sign;
  if (text.front() == '-') {
    sign = "-";
    text.remove_prefix(1);
  }
  const size_t e = text.find('e');
  int exponent = 0;
  const char* digits_of_exponent = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
  std::from_chars(digits_of_exponent, text.data() + text.size(), exponent);
  // Python turns to the scientific form below 1e-4 and from 1e16, where C++ takes the shorter one.
  if (exponent < -4 || exponent >= 16) return sign + std::string(text);
  std::string digits(text.substr(0, e));
  std::erase(digits, '.');
  if (exponent < 0) return sign + "0." + std::string(-exponent - 1, '0') + digits;
  const size_t whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) return sign + digits + std::string(whole - digits.size(), '0') + ".0";
  return sign + digits.substr(0, whole) + "." + digits.substr(whole);
}

std::string JsonString(std::string_view text) {
  std::string out = "\"";
  for (size_t pos = 0; pos < text.size();) AppendEscaped(NextCodePoint(text, &pos), &out);
  return out + "\"";
}

std::string ToJson(const Node& node, JsonForm form) {
  JsonWriter writer(form);
  writer.Write(node);
  return writer.Take();
}

std::string Place(const std::string& source, int line) {
  if (line == 0) return source.empty() ? "" : source + ": ";
  return (source.empty() ? "line " : source + ":") + std::to_string(line) + ": ";
}

}  // namespace diotima
