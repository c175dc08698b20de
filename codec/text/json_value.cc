#include "codec/text/json_value.h"

#include <diotima/status_macros.h>

#include <algorithm>

#include "codec/base/member_index.h"
#include "codec/text/number.h"
#include "codec/text/scalar.h"

namespace diotima {
namespace {

constexpr int kMaxDepth = 64;  // as deep as types go

std::string_view Trim(std::string_view token) {
  while (!token.empty() &&
         (token.back() == ' ' || (token.back() >= '\t' && token.back() <= '\r'))) {
    token.remove_suffix(1);
  }
  return token;
}

std::string_view TypeName(simdjson::ondemand::json_type type) {
  using T = simdjson::ondemand::json_type;
  switch (type) {
    case T::array:
      return "array";
    case T::object:
      return "object";
    case T::number:
      return "number";
    case T::string:
      return "string";
    case T::boolean:
      return "bool";
    case T::null:
      return "null";
  }
  return "value";
}

// "string "abc"", "number 1.5", "object".
std::string DescribeFound(simdjson::ondemand::value value) {
  using T = simdjson::ondemand::json_type;
  auto type = value.type();
  if (type.error() != simdjson::SUCCESS) return "something that is no JSON";
  std::string found(TypeName(type.value_unsafe()));
  if (type.value_unsafe() == T::array || type.value_unsafe() == T::object) return found;
  std::string quoted = QuoteText(Trim(value.raw_json_token()));
  // A string's token has its own quotes; a number needs none.
  return found + " " + quoted.substr(1, quoted.size() - 2);
}

Status Mismatch(const Type& type, const simdjson::ondemand::value& value) {
  return Status::SchemaMismatch("expected " + type.ToString() + ", found " + DescribeFound(value));
}

Status DuplicateKey(std::string_view key) {
  return Status::InvalidArgument("the key " + QuoteText(key) + " occurs twice in one object");
}

// "NaN" and the infinities.
bool IsSpecial(std::string_view text) {
  return !text.empty() && (text[0] == 'N' || text[0] == 'I' || text.starts_with("-I")) &&
         ParseSpecialDouble(text).has_value();
}

// False where it takes a closer look whether a double holds the integer.
bool ToDouble(Value* value) {
  constexpr int64_t kExact = int64_t{1} << 53;
  const int64_t integer = value->unchecked_int64();
  *value = Value::Double(static_cast<double>(integer));
  return -kExact <= integer && integer <= kExact;
}

}  // namespace

Status JsonError(simdjson::error_code error) {
  if (error == simdjson::UTF8_ERROR) return Status::InvalidArgument("invalid UTF-8");
  return Status::InvalidArgument(std::string("no valid JSON: ") + simdjson::error_message(error));
}

#define DIOTIMA_JSON(lhs, expr) \
  if (auto error_ = (expr).get(lhs); error_ != simdjson::SUCCESS) return JsonError(error_)

Status JsonValueReader::Text(JsonValue value, std::string_view* out) {
  // Without a backslash the content is the text between the quotes; simdjson has checked the rest.
  std::string_view token = Trim(value.raw_json_token());
  if (token.size() >= 2 && token.front() == '"' && token.back() == '"' &&
      token.find('\\') == std::string_view::npos) {
    *out = token.substr(1, token.size() - 2);
    return Status::Ok();
  }
  DIOTIMA_JSON(*out, value.get_string());
  return Status::Ok();
}

void JsonValueReader::Borrow(std::string_view text) {
  borrowed_ = text;
  borrows_ = true;
  plain_ = text.find('\\') == std::string_view::npos;
}

bool JsonValueReader::ReadToken(std::string_view token, Kind kind, Value* out) const {
  token = Trim(token);
  const bool any = kind <= Kind::kNull;
  switch (token.empty() ? '\0' : token.front()) {
    case '"':
      if (!borrows_ || (!any && kind != Kind::kString)) return false;
      if (token.size() < 2 || token.back() != '"') return false;
      if (!plain_ && token.find('\\') != std::string_view::npos) return false;
      *out = Value::String(token.substr(1, token.size() - 2));
      if (any && IsSpecial(out->unchecked_text())) special_ = true;
      return true;
    case 'n':
      *out = Value::Null();
      return token == "null";
    case 't':
    case 'f':
      *out = Value::Bool(token.front() == 't');
      return (any || kind == Kind::kBool) && token == (token.front() == 't' ? "true" : "false");
    default: {
      if (!any && kind != Kind::kInt64 && kind != Kind::kUint64 && kind != Kind::kDouble) {
        return false;
      }
      // Not JSON, but what Python's json writes.
      if ((any || kind == Kind::kDouble) && IsSpecial(token)) {
        *out = Value::Double(*ParseSpecialDouble(token));
        return true;
      }
      if (!ParseJsonNumber(token, out) || out->absent()) return false;
      if (kind == Kind::kDouble && out->kind() == Kind::kInt64) return ToDouble(out);
      return any || out->kind() == kind;
    }
  }
}

Status JsonValueReader::Read(JsonValue& value, const Type& type, bool numbers_as_text, Arena* arena,
                             Value* out) {
  arena_ = arena;
  numbers_as_text_ = numbers_as_text;
  depth_ = 0;
  stack_.clear();
  return ReadAny(value, type, out);
}

Status JsonValueReader::ReadAny(JsonValue& value, const Type& type, Value* out) {
  const std::string_view special = Trim(value.raw_json_token());
  if (IsSpecial(special)) {
    if (!ReadToken(special, type.kind(), out)) {
      return Status::SchemaMismatch("expected " + type.ToString() + ", found " +
                                    std::string(special) + ", which only doubles can be");
    }
    return Status::Ok();
  }
  JsonType found;
  DIOTIMA_JSON(found, value.type());
  if (found == JsonType::null) {
    bool is_null = false;
    if (value.is_null().get(is_null) != simdjson::SUCCESS || !is_null) {
      return JsonError(simdjson::N_ATOM_ERROR);
    }
    *out = Value::Null();
    return Status::Ok();
  }
  switch (type.kind()) {
    case Kind::kAbsent:
    case Kind::kNull:
      return ReadNatural(value, found, out);
    case Kind::kBool:
      return found == JsonType::boolean ? ReadBool(value, out) : Mismatch(type, value);
    case Kind::kInt64:
    case Kind::kUint64:
    case Kind::kDouble:
      return ReadTypedNumber(value, found, type, out);
    case Kind::kString:
      if (found == JsonType::number && numbers_as_text_) {
        std::string_view written = Trim(value.raw_json_token());
        DIOTIMA_TRY(ReadNumber(value, out));
        *out = Value::String(borrows_ ? written : arena_->Copy(written));
        return Status::Ok();
      }
      [[fallthrough]];
    case Kind::kBytes:
    case Kind::kTimestamp:
    case Kind::kDate:
      return found == JsonType::string ? ReadText(value, type, out) : Mismatch(type, value);
    default:
      return ReadNested(value, found, type, out);
  }
}

Status JsonValueReader::ReadNested(JsonValue& value, JsonType found, const Type& type, Value* out) {
  if (depth_ == kMaxDepth) return Status::InvalidArgument("nested more than 64 levels deep");
  ++depth_;
  Status status;
  if (type.kind() == Kind::kList && found == JsonType::array) {
    status = ReadList(value, type.element(), out);
  } else if (type.kind() == Kind::kStruct && found == JsonType::object) {
    status = ReadStruct(value, type, out);
  } else if (type.kind() == Kind::kMap && found == JsonType::array) {
    status = ReadPairs(value, type, out);
  } else if (type.kind() == Kind::kMap && found == JsonType::object) {
    status = ReadMap(value, type, out);
  } else {
    status = Mismatch(type, value);
  }
  --depth_;
  return status;
}

Status JsonValueReader::ReadNatural(JsonValue& value, JsonType found, Value* out) {
  switch (found) {
    case JsonType::boolean:
      return ReadBool(value, out);
    case JsonType::number:
      return ReadNumber(value, out);
    case JsonType::string:
      DIOTIMA_TRY(ReadText(value, Type(Kind::kString), out));
      special_ = special_ || IsSpecial(out->unchecked_text());
      return Status::Ok();
    default:
      break;
  }
  if (depth_ == kMaxDepth) return Status::InvalidArgument("nested more than 64 levels deep");
  ++depth_;
  Status status = found == JsonType::array ? ReadList(value, Type(), out)
                                           : ReadObject(value, Type(), Kind::kStruct, out);
  --depth_;
  return status;
}

Status JsonValueReader::ReadBool(JsonValue& value, Value* out) {
  bool read = false;
  DIOTIMA_JSON(read, value.get_bool());
  *out = Value::Bool(read);
  return Status::Ok();
}

// Not by simdjson, which reads some numbers of more than 19 digits wrongly (3.0: 0.0 for
// 18446744073709551616.0).
Status JsonValueReader::ReadNumber(JsonValue& value, Value* out) {
  const std::string_view token = Trim(value.raw_json_token());
  if (!ParseJsonNumber(token, out)) return JsonError(simdjson::NUMBER_ERROR);
  if (out->absent()) {
    return Status::InvalidArgument("the number " + std::string(token.substr(0, 60)) +
                                   " is out of range (integers have 64 bits)");
  }
  return Status::Ok();
}

Status JsonValueReader::ReadTypedNumber(JsonValue& value, JsonType found, const Type& type,
                                        Value* out) {
  if (found == JsonType::string && type.kind() == Kind::kDouble) {
    return ReadText(value, type, out);
  }
  if (found != JsonType::number) return Mismatch(type, value);
  const std::string_view token = Trim(value.raw_json_token());
  DIOTIMA_TRY(ReadNumber(value, out));
  if (out->kind() == type.kind()) return Status::Ok();
  auto fitting = Coerce(*out, type, arena_);
  if (!fitting) {
    return Status::SchemaMismatch("expected " + type.ToString() + ", found " +
                                  std::string(KindName(out->kind())) + " " +
                                  std::string(token.substr(0, 60)));
  }
  *out = *fitting;
  return Status::Ok();
}

Status JsonValueReader::ReadText(JsonValue& value, const Type& type, Value* out) {
  std::string_view text;
  DIOTIMA_TRY(Text(value, &text));
  return TextToValue(text, type.kind(), arena_, &bytes_, out);
}

Value* JsonValueReader::TakeItems(size_t base) {
  const size_t count = stack_.size() - base;
  auto* items = reinterpret_cast<Value*>(arena_->Allocate(count * sizeof(Value), alignof(Value)));
  std::uninitialized_copy_n(stack_.begin() + static_cast<ptrdiff_t>(base), count, items);
  stack_.resize(base);
  return items;
}

Status JsonValueReader::ReadList(JsonValue& value, const Type& element, Value* out) {
  simdjson::ondemand::array array;
  DIOTIMA_JSON(array, value.get_array());
  const size_t base = stack_.size();
  for (auto item : array) {
    JsonValue json;
    DIOTIMA_JSON(json, std::move(item));
    DIOTIMA_TRY(ReadItem(json, element));
  }
  const size_t count = stack_.size() - base;
  *out = Value::List(TakeItems(base), count);
  return Status::Ok();
}

Status JsonValueReader::ReadItem(JsonValue& value, const Type& type) {
  if (ReadPlain(value, type.kind(), &stack_.emplace_back())) return Status::Ok();
  stack_.pop_back();
  Value read;
  DIOTIMA_TRY(ReadAny(value, type, &read));
  stack_.push_back(read);
  return Status::Ok();
}

Status JsonValueReader::ReadKey(simdjson::ondemand::field& field) {
  std::string_view key;
  if (borrows_ && plain_) {
    key = borrowed_.substr(static_cast<size_t>(field.key().raw() - borrowed_.data()));
    key = key.substr(0, key.find('"'));
  } else {
    DIOTIMA_JSON(key, field.unescaped_key());
    key = arena_->Copy(key);
  }
  stack_.emplace_back() = Value::String(key);
  return Status::Ok();
}

// An object as a map of values of `member`, or as a struct of whatever it has.
Status JsonValueReader::ReadObject(JsonValue& value, const Type& member, Kind kind, Value* out) {
  simdjson::ondemand::object object;
  DIOTIMA_JSON(object, value.get_object());
  const size_t base = stack_.size();
  for (auto entry : object) {
    if (entry.error() != simdjson::SUCCESS) return JsonError(entry.error());
    auto&& field = std::move(entry).value_unsafe();
    DIOTIMA_TRY(ReadKey(field));
    DIOTIMA_TRY(ReadItem(field.value(), member));
  }
  const size_t entries = (stack_.size() - base) / 2;
  const Value* items = TakeItems(base);
  if (const Value* key = FindDuplicateKey(items, entries))
    return DuplicateKey(key->unchecked_text());
  *out = kind == Kind::kMap ? Value::Map(items, entries) : Value::Struct(items, entries);
  return Status::Ok();
}

// An object can hold any map that has nothing in it, as a printer that knows no types writes it.
Status JsonValueReader::ReadMap(JsonValue& value, const Type& type, Value* out) {
  if (type.key().kind() == Kind::kString) return ReadObject(value, type.value(), Kind::kMap, out);
  simdjson::ondemand::object object;
  DIOTIMA_JSON(object, value.get_object());
  bool empty = false;
  DIOTIMA_JSON(empty, object.is_empty());
  *out = Value::Map(nullptr, 0);
  if (empty) return Status::Ok();
  return Status::SchemaMismatch("expected " + type.ToString() +
                                " as an array of [key, value], found object");
}

// All members in the order of the type, those that the object does not have as nulls. Then those
// that the type does not have, as they are.
Status JsonValueReader::ReadStruct(JsonValue& value, const Type& type, Value* out) {
  simdjson::ondemand::object object;
  DIOTIMA_JSON(object, value.get_object());
  const auto& members = type.members();
  Value* items = arena_->AllocateValues(2 * members.size());
  for (size_t i = 0; i < members.size(); ++i) {
    items[2 * i] = Value::String(arena_->Copy(members[i].name));
    items[2 * i + 1] = Value::Absent();
  }
  // Usually they come in the order of the type.
  const MemberIndex index(members);
  const size_t base = stack_.size();
  size_t next = 0;
  for (auto entry : object) {
    simdjson::ondemand::field field;
    DIOTIMA_JSON(field, std::move(entry));
    std::string_view key;
    DIOTIMA_JSON(key, field.unescaped_key());
    const auto member = index.Find(key, next);
    if (!member) {
      stack_.push_back(Value::String(arena_->Copy(key)));
      DIOTIMA_TRY(ReadItem(field.value(), Type()));
      continue;
    }
    next = *member + 1;
    Value* item = &items[2 * *member + 1];
    if (!item->absent()) return DuplicateKey(key);
    if (ReadPlain(field.value(), members[*member].type.kind(), item)) continue;
    DIOTIMA_TRY(ReadAny(field.value(), members[*member].type, item));
  }
  for (size_t i = 0; i < members.size(); ++i) {
    if (items[2 * i + 1].absent()) items[2 * i + 1] = Value::Null();
  }
  const size_t more = (stack_.size() - base) / 2;
  if (more > 0) {
    Value* all = arena_->AllocateValues(2 * (members.size() + more));
    std::copy_n(items, 2 * members.size(), all);
    std::copy(stack_.begin() + static_cast<ptrdiff_t>(base), stack_.end(),
              all + 2 * members.size());
    stack_.resize(base);
    items = all;
    const Value* twice = FindDuplicateKey(items, members.size() + more);
    if (twice != nullptr) return DuplicateKey(twice->unchecked_text());
  }
  *out = Value::Struct(items, members.size() + more);
  return Status::Ok();
}

Status JsonValueReader::ReadPairs(JsonValue& value, const Type& type, Value* out) {
  simdjson::ondemand::array array;
  DIOTIMA_JSON(array, value.get_array());
  const size_t base = stack_.size();
  for (auto item : array) {
    JsonValue pair;
    DIOTIMA_JSON(pair, std::move(item));
    DIOTIMA_TRY(ReadPair(pair, type));
  }
  const size_t entries = (stack_.size() - base) / 2;
  *out = Value::Map(TakeItems(base), entries);
  return Status::Ok();
}

// Pushes a key and a value.
Status JsonValueReader::ReadPair(JsonValue& value, const Type& type) {
  auto wrong = [&type] {
    return Status::SchemaMismatch("expected " + type.ToString() +
                                  " as an object or as an array of [key, value]");
  };
  simdjson::ondemand::array pair;
  if (value.get_array().get(pair) != simdjson::SUCCESS) return wrong();
  size_t count = 0;
  for (auto item : pair) {
    JsonValue json;
    DIOTIMA_JSON(json, std::move(item));
    if (count == 2) return wrong();
    Value read;
    DIOTIMA_TRY(ReadAny(json, count == 0 ? type.key() : type.value(), &read));
    if (count == 0 && read.null()) return wrong();
    stack_.push_back(read);
    ++count;
  }
  return count == 2 ? Status::Ok() : wrong();
}

}  // namespace diotima
