#include "codec/text/scalar.h"

#include <diotima/text.h>

#include "codec/text/base64.h"
#include "codec/text/number.h"
#include "codec/text/time.h"

namespace diotima {
namespace {

Status TextToTimestamp(std::string_view text, Value* out) {
  auto time = ParseTime(text);
  if (!time) {
    // 23:59:60, once in a while.
    if (const size_t leap = text.find(":60"); leap != std::string_view::npos) {
      std::string before(text);
      before.replace(leap, 3, ":59");
      if (ParseTime(before)) {
        return Status::SchemaMismatch(QuoteText(text) +
                                      " is a leap second, which timestamps do not count: write " +
                                      QuoteText(before) + " or the second after it");
      }
    }
    return Status::SchemaMismatch(QuoteText(text) + " is no ISO-8601 date or time");
  }
  if (time->beyond_micros) {
    return Status::SchemaMismatch(QuoteText(text) + " has a fraction of a microsecond");
  }
  *out = Value::Timestamp(time->micros);
  return Status::Ok();
}

}  // namespace

std::string QuoteText(std::string_view text) {
  constexpr size_t kMax = 60;
  size_t size = std::min(text.size(), kMax);
  while (size < text.size() && size > 0 && (text[size] & 0xC0) == 0x80) --size;
  return "\"" + std::string(text.substr(0, size)) + (size < text.size() ? "…\"" : "\"");
}

Status TextToValue(std::string_view text, Kind kind, Arena* arena, std::string* scratch,
                   Value* out) {
  switch (kind) {
    case Kind::kString:
      *out = Value::String(arena->Copy(text));
      return Status::Ok();
    case Kind::kBytes:
      scratch->clear();
      if (!DecodeBase64(text, scratch)) {
        return Status::SchemaMismatch(QuoteText(text) + " is no base64");
      }
      *out = Value::Bytes(arena->Copy(*scratch));
      return Status::Ok();
    case Kind::kTimestamp:
      return TextToTimestamp(text, out);
    case Kind::kDate:
      if (auto days = ParseDate(text)) {
        *out = Value::Date(*days);
        return Status::Ok();
      }
      return Status::SchemaMismatch(QuoteText(text) + " is no ISO-8601 date");
    case Kind::kDouble:
      if (auto special = ParseSpecialDouble(text)) {
        *out = Value::Double(*special);
        return Status::Ok();
      }
      break;
    default:
      break;
  }
  return Status::SchemaMismatch("expected " + std::string(KindName(kind)) + ", found string " +
                                QuoteText(text));
}

Result<Time> ParseTimestamp(std::string_view text) {
  Value value;
  Status status = TextToTimestamp(text, &value);
  if (!status.ok()) return Status::InvalidArgument(status.message());
  return FromMicros(value.unchecked_timestamp());
}

}  // namespace diotima
