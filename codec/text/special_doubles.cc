#include "codec/text/special_doubles.h"

#include "codec/text/number.h"

namespace diotima {
namespace {

enum class Specials : uint8_t { kTexts, kDoubles };

// The type of a value read without a type; nothing for a list or map of unlike values.
std::optional<Type> NaturalType(const Value& value, Specials specials) {
  switch (value.kind()) {
    case Kind::kString:
      return Type(specials == Specials::kDoubles && ParseSpecialDouble(value.unchecked_text())
                      ? Kind::kDouble
                      : Kind::kString);
    case Kind::kList: {
      Type element;
      for (size_t i = 0; i < value.size(); ++i) {
        const auto type = NaturalType(value[i], specials);
        auto common = type ? CommonType(element, *type) : std::nullopt;
        if (!common) return std::nullopt;
        element = *std::move(common);
      }
      return Type::List(element);
    }
    case Kind::kStruct: {
      std::vector<Type::Member> members;
      for (size_t i = 0; i < value.size(); ++i) {
        auto type = NaturalType(value.entry_value(i), specials);
        if (!type) return std::nullopt;
        members.push_back({std::string(value.entry_key(i).unchecked_text()), *std::move(type)});
      }
      return Type::Struct(std::move(members));
    }
    default:
      return TypeOf(value);
  }
}

std::optional<Type> CommonTypeOf(std::span<const Value> cells, Type common, Specials specials) {
  for (const Value& cell : cells) {
    const auto type = NaturalType(cell, specials);
    auto both = type ? CommonType(common, *type) : std::nullopt;
    if (!both) return std::nullopt;
    common = *std::move(both);
  }
  return common;
}

Value WithDoubles(const Value& value, const Type& type, Arena* arena) {
  if (value.kind() == Kind::kString && type.kind() == Kind::kDouble) {
    return Value::Double(*ParseSpecialDouble(value.unchecked_text()));
  }
  if (value.kind() == Kind::kList && type.kind() == Kind::kList) {
    Value* items = arena->AllocateValues(value.size());
    for (size_t i = 0; i < value.size(); ++i) {
      items[i] = WithDoubles(value[i], type.element(), arena);
    }
    return Value::List(items, value.size());
  }
  if (value.kind() != Kind::kStruct || type.kind() != Kind::kStruct) return value;
  Value* items = arena->AllocateValues(2 * value.size());
  for (size_t i = 0; i < value.size(); ++i) {
    items[2 * i] = value.entry_key(i);
    items[2 * i + 1] = value.entry_value(i);
    for (const auto& member : type.members()) {
      if (member.name == value.entry_key(i).unchecked_text()) {
        items[2 * i + 1] = WithDoubles(value.entry_value(i), member.type, arena);
      }
    }
  }
  return Value::Struct(items, value.size());
}

}  // namespace

void TakeSpecialDoubles(std::span<Value> cells, Type* seen, Arena* arena) {
  if (auto texts = CommonTypeOf(cells, *seen, Specials::kTexts)) {
    *seen = *std::move(texts);
    return;
  }
  auto doubles = CommonTypeOf(cells, *seen, Specials::kDoubles);
  if (!doubles) return;  // for the writer to say
  *seen = *std::move(doubles);
  for (Value& cell : cells) cell = WithDoubles(cell, *seen, arena);
}

}  // namespace diotima
