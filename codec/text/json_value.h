// JSON values to values of columns.
#pragma once

#include <diotima/value.h>

#include "codec/base/simdjson_no_throw.h"

namespace diotima {

// What goes wrong in the middle of JSON text: "is no valid JSON: …".
Status JsonError(simdjson::error_code error);

class JsonValueReader {
 public:
  // `value` as one of `type` (kNull: of the type that it shows), owned by `arena`. With
  // `numbers_as_text`, a number where text is wanted becomes text as written.
  Status Read(simdjson::ondemand::value& value, const Type& type, bool numbers_as_text,
              Arena* arena, Value* out);

  // What is read from now on is in `text`, which stays as long as the arena: strings that stand in
  // it as they are become views of it.
  void Borrow(std::string_view text);

  // Most values: those that are no more than a piece of the text borrowed, of that very kind (or
  // kNull: of any). False for others, and those that are wrong: they are for Read.
  bool ReadPlain(simdjson::ondemand::value& value, Kind kind, Value* out) const {
    return ReadToken(value.raw_json_token(), kind, out);
  }

  // The content of a JSON string; borrowed from the line or from its parser.
  static Status Text(simdjson::ondemand::value value, std::string_view* out);

 private:
  using JsonValue = simdjson::ondemand::value;
  using JsonType = simdjson::ondemand::json_type;

  Status ReadAny(JsonValue& value, const Type& type, Value* out);
  Status ReadNested(JsonValue& value, JsonType found, const Type& type, Value* out);
  Status ReadNatural(JsonValue& value, JsonType found, Value* out);
  Status ReadBool(JsonValue& value, Value* out);
  Status ReadNumber(JsonValue& value, Value* out);
  Status ReadText(JsonValue& value, const Type& type, Value* out);
  Status ReadTypedNumber(JsonValue& value, JsonType found, const Type& type, Value* out);
  Status ReadList(JsonValue& value, const Type& element, Value* out);
  bool ReadToken(std::string_view token, Kind kind, Value* out) const;
  // Pushes a value.
  Status ReadItem(JsonValue& value, const Type& type);
  // Pushes the key of a field.
  Status ReadKey(simdjson::ondemand::field& field);
  Status ReadObject(JsonValue& value, const Type& member, Kind kind, Value* out);
  Status ReadMap(JsonValue& value, const Type& type, Value* out);
  Status ReadStruct(JsonValue& value, const Type& type, Value* out);
  Status ReadPairs(JsonValue& value, const Type& type, Value* out);
  Status ReadPair(JsonValue& value, const Type& type);
  // Items pushed since the stack had `base` of them, moved to the arena.
  Value* TakeItems(size_t base);

  Arena* arena_ = nullptr;
  std::string_view borrowed_;
  bool borrows_ = false;
  bool plain_ = false;  // no backslash is in it
  bool numbers_as_text_ = false;
  int depth_ = 0;
  std::vector<Value> stack_;
  std::string bytes_;
};

}  // namespace diotima
