#include "codec/row/describe_sample.h"

#include "codec/row/key.h"

namespace diotima {
namespace {

std::string ToText(const Value& value) {
  switch (value.kind()) {
    case Kind::kBool:
      return value.unchecked_bool() ? "true" : "false";
    case Kind::kInt64:
      return std::to_string(value.unchecked_int64());
    case Kind::kUint64:
      return std::to_string(value.unchecked_uint64());
    case Kind::kDouble:
      return std::to_string(value.unchecked_double());
    case Kind::kString:
      return "'" + std::string(value.unchecked_text()) + "'";
    case Kind::kBytes:
      return "x'" + Hex(value.unchecked_text()) + "'";
    case Kind::kTimestamp:
      return std::to_string(value.unchecked_timestamp()) + "us";
    case Kind::kDate:
      return std::to_string(value.unchecked_date()) + "d";
    default:
      return "?";
  }
}

}  // namespace

std::string Hex(std::string_view bytes) {
  std::string out;
  for (unsigned char c : bytes) {
    out.push_back("0123456789abcdef"[c >> 4]);
    out.push_back("0123456789abcdef"[c & 15]);
  }
  return out;
}

std::string DescribeSample(const RowLayout& layout, std::string_view sample) {
  std::string out;
  Arena arena;
  for (size_t id : layout.ids) {
    Value value;
    if (!TakeTupleValue(&sample, &value, &arena)) return out + "(damaged id)";
    if (!out.empty()) out += ", ";
    out += layout.columns[id].name + "=" + ToText(value);
  }
  return out;
}

}  // namespace diotima
