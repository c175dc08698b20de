// Reads JSON values as values of columns.
#pragma once

#include <diotima/value.h>

#include <string>
#include <utility>
#include <vector>

#include "codec/base/simdjson_no_throw.h"

namespace diotima {

// Returns the error for invalid JSON: "is no valid JSON: …".
Status JsonError(simdjson::error_code error);

class JsonValueReader {
 public:
  // Reads `value` as a value of `type` (kNull: of the type that it shows), owned by `arena`. With
  // `numbers_as_text`, a number in place of text becomes text as written.
  Status Read(simdjson::ondemand::value& value, const Type& type, bool numbers_as_text,
              Arena* arena, Value* out);

  // Names the text that values are read from. It must outlive the arena, because strings without
  // escapes become views of it.
  void Borrow(std::string_view text);

  // Reads the usual values fast: those of exactly `kind` (or kNull: of any) that need no more than
  // a piece of the text. Returns false for all others, also invalid ones; use Read for them.
  bool ReadPlain(simdjson::ondemand::value& value, Kind kind, Value* out) const {
    return ReadToken(value.raw_json_token(), kind, out);
  }

  // Returns whether a text like "NaN" was read as a value of no type since the last call.
  bool TakeSpecial() { return std::exchange(special_, false); }

  // Returns the content of a JSON string, borrowed from the line or from its parser.
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
  // Moves the items that were pushed since the stack had `base` of them to the arena.
  Value* TakeItems(size_t base);

  Arena* arena_ = nullptr;
  std::string_view borrowed_;
  bool borrows_ = false;
  bool plain_ = false;  // no backslash is in it
  mutable bool special_ = false;
  bool numbers_as_text_ = false;
  int depth_ = 0;
  std::vector<Value> stack_;
  std::string bytes_;
};

}  // namespace diotima
