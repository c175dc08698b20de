#include "graph/spec/names.h"

#include <diotima/graph.h>

#include <algorithm>

#include "codec/base/messages.h"

namespace diotima {
namespace {

// More known names than this are not listed in a message.
constexpr size_t kMaxListed = 20;

bool IsLower(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string PartFault(std::string_view part, bool first) {
  if (part.empty()) return "has an empty part";
  if (part.find("__") != std::string_view::npos) return "has two underscores in a row";
  if (first && !IsLower(part.front())) return "must start with a lower-case letter or underscore";
  if (part.front() == '-') return "has a part that starts with a hyphen";
  for (char c : part) {
    if (!IsLower(c) && !IsDigit(c) && c != '-') {
      return "may only have lower-case letters, digits, underscores and hyphens, in parts parted "
             "by `/`";
    }
  }
  return "";
}

// Takes the first part off `key`.
std::string_view TakePart(std::string_view* key) {
  const size_t slash = key->find('/');
  const std::string_view part = key->substr(0, slash);
  key->remove_prefix(slash == std::string_view::npos ? key->size() : slash + 1);
  return part;
}

}  // namespace

std::string KeyFault(std::string_view key) {
  if (key.empty()) return "is empty";
  if (key.back() == '/') return "has an empty part";
  bool first = true;
  while (!key.empty()) {
    std::string fault = PartFault(TakePart(&key), first);
    if (!fault.empty()) return fault;
    first = false;
  }
  return "";
}

bool LessByPart(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const int order = TakePart(&a).compare(TakePart(&b));
    if (order != 0) return order < 0;
  }
  return a.empty() && !b.empty();
}

std::string Quoted(std::string_view name) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (byte < ' ' || byte == 0x7F) {
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 0xF]};
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string QuotedList(const std::vector<std::string>& names) {
  std::string out;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " and " : ", ";
    out += Quoted(names[i]);
  }
  return out;
}

std::string Hint(std::string_view name, const std::vector<std::string>& known) {
  const std::string_view nearest = NearestName(name, known);
  if (!nearest.empty()) return "; did you mean " + Quoted(nearest) + "?";
  if (known.empty() || known.size() > kMaxListed) return "";
  return "; known: " + QuotedList(known);
}

std::string StructKey(std::string_view field_key) {
  std::string key(field_key);
  std::replace(key.begin(), key.end(), '/', '_');
  return key;
}

}  // namespace diotima
