#include "codec/row/describe_sample.h"

#include "codec/row/key.h"

namespace diotima {
namespace {

std::string ToText(const Value& value) {
  switch (value.kind()) {
    case Kind::kBool:
      return value.bool_value() ? "true" : "false";
    case Kind::kInt64:
      return std::to_string(value.int64_value());
    case Kind::kUint64:
      return std::to_string(value.uint64_value());
    case Kind::kDouble:
      return std::to_string(value.double_value());
    case Kind::kString:
      return "'" + std::string(value.text()) + "'";
    case Kind::kBytes:
      return "x'" + Hex(value.text()) + "'";
    case Kind::kTimestamp:
      return std::to_string(value.timestamp_micros()) + "us";
    case Kind::kDate:
      return std::to_string(value.date_days()) + "d";
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
