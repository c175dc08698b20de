#include <diotima/text.h>

#include <algorithm>
#include <charconv>

#include "codec/base/utf8.h"
#include "codec/text/base64.h"
#include "codec/text/number.h"
#include "codec/text/time.h"

namespace diotima {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

void AppendEscape(char c, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out->append("\\\"");
      return;
    case '\\':
      out->append("\\\\");
      return;
    case '\n':
      out->append("\\n");
      return;
    case '\r':
      out->append("\\r");
      return;
    case '\t':
      out->append("\\t");
      return;
    default:
      out->append("\\u00");
      out->push_back(kHex[static_cast<unsigned char>(c) >> 4]);
      out->push_back(kHex[c & 15]);
  }
}

void AppendEscaped(std::string_view text, std::string* out) {
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out->append(text.substr(begin, i - begin));
    AppendEscape(c, out);
    begin = i + 1;
  }
  out->append(text.substr(begin));
}

template <typename T>
void AppendInteger(T value, std::string* out) {
  char digits[24];
  out->append(digits, std::to_chars(digits, digits + sizeof(digits), value).ptr);
}

template <typename AppendText>
void AppendQuoted(AppendText append, std::string* out) {
  out->push_back('"');
  append();
  out->push_back('"');
}

void AppendJsonDouble(double value, std::string* out) {
  const bool special = !(value - value == 0);  // NaN and infinities, which JSON does not have
  if (special) out->push_back('"');
  AppendDouble(value, out);
  if (special) out->push_back('"');
}

// Whether an object can hold the map.
bool HasUniqueTextKeys(const Value& map) {
  std::vector<std::string_view> keys;
  for (size_t i = 0; i < map.size(); ++i) {
    if (map.entry_key(i).kind() != Kind::kString) return false;
    keys.push_back(map.entry_key(i).unchecked_text());
  }
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) == keys.end();
}

void AppendObject(const Value& value, std::string* out) {
  out->push_back('{');
  for (size_t i = 0; i < value.size(); ++i) {
    if (i > 0) out->push_back(',');
    AppendJsonString(value.entry_key(i).unchecked_text(), out);
    out->push_back(':');
    AppendJson(value.entry_value(i), out);
  }
  out->push_back('}');
}

void AppendPairs(const Value& value, std::string* out) {
  out->push_back('[');
  for (size_t i = 0; i < value.size(); ++i) {
    out->append(i > 0 ? ",[" : "[");
    AppendJson(value.entry_key(i), out);
    out->push_back(',');
    AppendJson(value.entry_value(i), out);
    out->push_back(']');
  }
  out->push_back(']');
}

void AppendList(const Value& value, std::string* out) {
  out->push_back('[');
  for (size_t i = 0; i < value.size(); ++i) {
    if (i > 0) out->push_back(',');
    AppendJson(value[i], out);
  }
  out->push_back(']');
}

}  // namespace

void AppendJsonString(std::string_view text, std::string* out) {
  AppendQuoted(
      [&] {
        while (auto bad = FindInvalidUtf8(text)) {
          AppendEscaped(text.substr(0, *bad), out);
          out->append(kReplacement);
          text.remove_prefix(*bad + 1);
        }
        AppendEscaped(text, out);
      },
      out);
}

void AppendJson(const Value& value, std::string* out) {
  switch (value.kind()) {
    case Kind::kAbsent:
    case Kind::kNull:
      out->append("null");
      return;
    case Kind::kBool:
      out->append(value.unchecked_bool() ? "true" : "false");
      return;
    case Kind::kInt64:
      return AppendInteger(value.unchecked_int64(), out);
    case Kind::kUint64:
      return AppendInteger(value.unchecked_uint64(), out);
    case Kind::kDouble:
      return AppendJsonDouble(value.unchecked_double(), out);
    case Kind::kString:
      return AppendJsonString(value.unchecked_text(), out);
    case Kind::kBytes:
      return AppendQuoted([&] { AppendBase64(value.unchecked_text(), out); }, out);
    case Kind::kTimestamp:
      return AppendQuoted([&] { AppendTimestamp(value.unchecked_timestamp(), out); }, out);
    case Kind::kDate:
      return AppendQuoted([&] { AppendDate(value.unchecked_date(), out); }, out);
    case Kind::kList:
      return AppendList(value, out);
    case Kind::kMap:
      return HasUniqueTextKeys(value) ? AppendObject(value, out) : AppendPairs(value, out);
    case Kind::kStruct:
      return AppendObject(value, out);
  }
}

void AppendJsonRow(const Row& row, std::string* out) {
  const Schema& schema = row.schema();
  out->push_back('{');
  for (size_t i = 0; i < schema.size(); ++i) {
    if (i > 0) out->push_back(',');
    AppendJsonString(schema[i].name, out);
    out->push_back(':');
    AppendJson(row.Get(i), out);
  }
  out->push_back('}');
}

}  // namespace diotima
