#include <diotima/text.h>

#include "codec/base/utf8.h"

namespace diotima {
namespace {

// Text as it is, or in quotes when a reader would take it for something else.
void AppendCell(std::string_view text, std::string* out) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos &&
      !text.starts_with("\xEF\xBB\xBF")) {
    out->append(text);
    return;
  }
  out->push_back('"');
  for (char c : text) {
    if (c == '"') out->push_back('"');
    out->push_back(c);
  }
  out->push_back('"');
}

void AppendText(std::string_view text, std::string* out) {
  if (!FindInvalidUtf8(text)) return AppendCell(text, out);
  std::string valid;
  while (auto bad = FindInvalidUtf8(text)) {
    valid.append(text.substr(0, *bad)).append("\xEF\xBF\xBD");
    text.remove_prefix(*bad + 1);
  }
  AppendCell(valid.append(text), out);
}

void AppendValue(const Value& value, std::string* out) {
  if (value.null()) return;
  if (value.kind() == Kind::kString) return AppendText(value.unchecked_text(), out);
  // Everything else is as in JSON, without the quotes of what JSON has as text.
  std::string json;
  AppendJson(value, &json);
  std::string_view text = json;
  if (value.kind() < Kind::kList && text.starts_with('"')) text = text.substr(1, text.size() - 2);
  AppendCell(text, out);
}

}  // namespace

void AppendCsvHeader(const Schema& schema, std::string* out) {
  for (size_t i = 0; i < schema.size(); ++i) {
    if (i > 0) out->push_back(',');
    AppendText(schema[i].name, out);
  }
  out->push_back('\n');
}

void AppendCsvRow(const Row& row, std::string* out) {
  for (size_t i = 0; i < row.schema().size(); ++i) {
    if (i > 0) out->push_back(',');
    AppendValue(row.Get(i), out);
  }
  out->push_back('\n');
}

}  // namespace diotima
