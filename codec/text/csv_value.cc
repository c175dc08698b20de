#include "codec/text/csv_value.h"

#include <diotima/status_macros.h>

#include <charconv>
#include <cmath>

#include "codec/text/number.h"
#include "codec/text/scalar.h"

namespace diotima {
namespace {

template <typename T>
bool ParseWhole(std::string_view text, T* out) {
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, *out);
  return error == std::errc() && stop == end && !text.empty();
}

std::optional<bool> ParseBool(std::string_view text) {
  for (std::string_view word : {"true", "TRUE", "True"}) {
    if (text == word) return true;
  }
  for (std::string_view word : {"false", "FALSE", "False"}) {
    if (text == word) return false;
  }
  return std::nullopt;
}

// 007 is a text that looks like a number: its zeros would be lost.
bool HasLeadingZero(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

// A number as JSON writes it, but for the digits that may be left out around a point. Names as
// "inf", which from_chars takes too, are none.
std::optional<double> ParseFinite(std::string_view text) {
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
  return HasLeadingZero(text) ? std::nullopt : ParseFiniteDecimal(text);
}

std::optional<Value> ParseInteger(std::string_view text) {
  if (HasLeadingZero(text)) return std::nullopt;
  int64_t i = 0;
  uint64_t u = 0;
  if (ParseWhole(text, &i)) return Value::Int64(i);
  if (ParseWhole(text, &u)) return Value::Uint64(u);
  return std::nullopt;
}

Status Wrong(const Type& type, std::string_view text) {
  return Status::SchemaMismatch("expected " + type.ToString() + ", found " + QuoteText(text));
}

// Why a text that is a number is not one of the type.
Status WrongNumber(const Type& type, std::string_view text) {
  const char* why = HasLeadingZero(text) ? ": its zeros would be lost"
                    : type.kind() == Kind::kDouble && ParseDecimal(text) ? ": it would be changed"
                                                                         : "";
  const Status wrong = Wrong(type, text);
  return {wrong.code(), wrong.message() + why};
}

Status ReadNumber(std::string_view text, const Type& type, Arena* arena, Value* out) {
  if (auto integer = ParseInteger(text)) {
    auto fitting = Coerce(*integer, type, arena);
    // "-0" is an integer, but a double that keeps its sign.
    if (fitting && type.kind() == Kind::kDouble && text.starts_with('-') &&
        fitting->unchecked_double() == 0) {
      fitting = Value::Double(-0.0);
    }
    if (!fitting) return WrongNumber(type, text);
    *out = *fitting;
    return Status::Ok();
  }
  auto number = ParseFinite(text);
  if (type.kind() != Kind::kDouble || !number) return WrongNumber(type, text);
  *out = Value::Double(*number);
  return Status::Ok();
}

}  // namespace

Status CsvValueReader::Read(const CsvCell& cell, const TextColumn& column, Arena* arena,
                            Value* out) {
  const Type& type = column.type;
  if (cell.null()) {
    *out = Value::Null();
    return Status::Ok();
  }
  switch (type.kind()) {
    case Kind::kBool: {
      auto value = ParseBool(cell.text);
      if (!value) return Wrong(type, cell.text);
      *out = Value::Bool(*value);
      return Status::Ok();
    }
    case Kind::kInt64:
    case Kind::kUint64:
      return ReadNumber(cell.text, type, arena, out);
    case Kind::kDouble:
      if (auto special = ParseSpecialDouble(cell.text)) {
        *out = Value::Double(*special);
        return Status::Ok();
      }
      return ReadNumber(cell.text, type, arena, out);
    case Kind::kAbsent:
    case Kind::kNull:
    case Kind::kString:
      *out = Value::String(cell.text);
      return Status::Ok();
    case Kind::kBytes:
    case Kind::kTimestamp:
    case Kind::kDate:
      return TextToValue(cell.text, type.kind(), arena, &scratch_, out);
    default:
      return ReadNested(cell, column, arena, out);
  }
}

Status CsvValueReader::ReadNested(const CsvCell& cell, const TextColumn& column, Arena* arena,
                                  Value* out) {
  json_.reserve(cell.text.size() + simdjson::SIMDJSON_PADDING);
  json_.assign(cell.text);
  auto error = parser_.iterate(json_.data(), json_.size(), json_.capacity()).get(document_);
  if (error != simdjson::SUCCESS) return JsonError(error);
  simdjson::ondemand::value value;
  if (json_ == "null") {
    *out = Value::Null();
    return Status::Ok();
  }
  if (document_.get_value().get(value) != simdjson::SUCCESS) return Wrong(column.type, cell.text);
  DIOTIMA_TRY(values_.Read(value, column.type, column.numbers_as_text, arena, out));
  if (document_.current_location().error() == simdjson::OUT_OF_BOUNDS) return Status::Ok();
  return Status::InvalidArgument("something follows the JSON in the cell");
}

void CsvTypeGuess::Add(const CsvCell& cell) {
  if (cell.null()) return;
  any_ = true;
  bools_ = bools_ && ParseBool(cell.text).has_value();
  if (!doubles_) return;
  const auto integer = ParseInteger(cell.text);
  int64s_ = int64s_ && integer && integer->kind() == Kind::kInt64;
  uint64s_ =
      uint64s_ && integer && (integer->kind() == Kind::kUint64 || integer->unchecked_int64() >= 0);
  // Whole numbers of more than 64 bits are names, not quantities: few of them are doubles.
  const bool whole = cell.text.find_first_not_of("-0123456789") == std::string_view::npos;
  const bool finite = integer || (!whole && ParseFinite(cell.text));
  number_ = number_ || finite;
  doubles_ = finite || ParseSpecialDouble(cell.text).has_value();
}

Type CsvTypeGuess::type() const {
  if (!any_) return {};
  if (bools_) return Type(Kind::kBool);
  if (!doubles_ || !number_) return Type(Kind::kString);
  if (int64s_) return Type(Kind::kInt64);
  return Type(uint64s_ ? Kind::kUint64 : Kind::kDouble);
}

}  // namespace diotima
