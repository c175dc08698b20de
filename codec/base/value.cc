#include <diotima/value.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_set>

#include "codec/base/member_index.h"

namespace diotima {
namespace {

constexpr size_t kFirstBlock = 4096;
constexpr size_t kMaxBlock = size_t{1} << 20;

// `value` as an integer of either sign that a double holds exactly, and back.
bool ExactDouble(int64_t value, double* out) {
  *out = static_cast<double>(value);
  return *out < 0x1p63 && static_cast<int64_t>(*out) == value;
}
bool ExactDouble(uint64_t value, double* out) {
  *out = static_cast<double>(value);
  return *out < 0x1p64 && static_cast<uint64_t>(*out) == value;
}

std::optional<Value> CoerceItems(const Value& value, const Type& type, Arena* arena) {
  const size_t count = value.size();
  if (type.kind() == Kind::kList) {
    Value* items = arena->AllocateValues(count);
    for (size_t i = 0; i < count; ++i) {
      auto item = Coerce(value[i], type.element(), arena);
      if (!item) return std::nullopt;
      items[i] = *item;
    }
    return Value::List(items, count);
  }
  Value* items = arena->AllocateValues(2 * count);
  for (size_t i = 0; i < count; ++i) {
    auto key = Coerce(value.entry_key(i), type.key(), arena);
    auto item = Coerce(value.entry_value(i), type.value(), arena);
    if (!key || key->null() || !item) return std::nullopt;
    items[2 * i] = *key;
    items[2 * i + 1] = *item;
  }
  return Value::Map(items, count);
}

std::optional<Value> CoerceStruct(const Value& value, const Type& type, Arena* arena) {
  const auto& members = type.members();
  Value* items = arena->AllocateValues(2 * members.size());
  for (size_t m = 0; m < members.size(); ++m) {
    items[2 * m] = Value::String(arena->Copy(members[m].name));
    items[2 * m + 1] = Value::Absent();
  }
  const MemberIndex index(members);
  for (size_t i = 0; i < value.size(); ++i) {
    if (value.entry_key(i).kind() != Kind::kString) return std::nullopt;
    const auto place = index.Find(value.entry_key(i).unchecked_text(), i);
    if (!place || !items[2 * *place + 1].absent()) return std::nullopt;
    auto item = Coerce(value.entry_value(i), members[*place].type, arena);
    if (!item) return std::nullopt;
    items[2 * *place + 1] = *item;
  }
  for (size_t m = 0; m < members.size(); ++m) {
    if (items[2 * m + 1].absent()) items[2 * m + 1] = Value::Null();
  }
  return Value::Struct(items, members.size());
}

std::optional<Value> CoerceNumber(const Value& value, Kind kind) {
  double exact = 0;
  if (value.kind() == Kind::kInt64) {
    int64_t v = value.unchecked_int64();
    if (kind == Kind::kDouble && ExactDouble(v, &exact)) return Value::Double(exact);
    if (kind == Kind::kUint64 && v >= 0) return Value::Uint64(static_cast<uint64_t>(v));
  } else if (value.kind() == Kind::kUint64) {
    uint64_t v = value.unchecked_uint64();
    if (kind == Kind::kDouble && ExactDouble(v, &exact)) return Value::Double(exact);
    if (kind == Kind::kInt64 && v <= INT64_MAX) return Value::Int64(static_cast<int64_t>(v));
  }
  return std::nullopt;
}

Type TypeOfItems(const Value& value, size_t begin, size_t step, bool* mixed) {
  Type type;
  for (size_t i = begin; i < value.size() * step; i += step) {
    const Value& item = step == 1                            ? value[i]
                        : (i - begin) % 2 == 0 && begin == 0 ? value.entry_key(i / 2)
                                                             : value.entry_value(i / 2);
    auto common = CommonType(type, TypeOf(item));
    if (!common) {
      *mixed = true;
      return type;
    }
    type = *std::move(common);
  }
  return type;
}

}  // namespace

Value Value::Find(std::string_view key) const {
  if (kind_ != Kind::kMap && kind_ != Kind::kStruct) return Absent();
  for (size_t i = 0; i < size_; ++i) {
    const Value& k = entry_key(i);
    if (k.kind() == Kind::kString && k.unchecked_text() == key) return entry_value(i);
  }
  return Absent();
}

Status Value::IsNot(std::string_view wanted) const {
  return Status::SchemaMismatch("the value is " + TypeOf(*this).ToString() + ", not " +
                                std::string(wanted));
}

bool Value::operator==(const Value& other) const {
  if (null() || other.null()) return null() && other.null();
  if (kind_ != other.kind_) return false;
  switch (kind_) {
    case Kind::kString:
    case Kind::kBytes:
      return unchecked_text() == other.unchecked_text();
    case Kind::kDouble:
      return std::bit_cast<uint64_t>(double_) == std::bit_cast<uint64_t>(other.double_);
    case Kind::kList:
    case Kind::kMap:
    case Kind::kStruct: {
      if (size_ != other.size_) return false;
      const size_t items = kind_ == Kind::kList ? size_ : 2 * size_t{size_};
      for (size_t i = 0; i < items; ++i) {
        if (!(items_[i] == other.items_[i])) return false;
      }
      return true;
    }
    default:
      return int_ == other.int_;
  }
}

Arena::Arena(Arena&& other) noexcept { *this = std::move(other); }

Arena& Arena::operator=(Arena&& other) noexcept {
  blocks_ = std::move(other.blocks_);
  next_ = std::exchange(other.next_, nullptr);
  left_ = std::exchange(other.left_, 0);
  block_size_ = std::exchange(other.block_size_, 0);
  bytes_ = std::exchange(other.bytes_, 0);
  other.blocks_.clear();
  return *this;
}

char* Arena::AllocateBlock(size_t size, size_t alignment) {
  block_size_ = std::max(size + alignment, std::clamp(bytes_, kFirstBlock, kMaxBlock));
  blocks_.push_back(std::make_unique_for_overwrite<char[]>(block_size_));
  next_ = blocks_.back().get();
  left_ = block_size_;
  bytes_ += block_size_;
  return Allocate(size, alignment);
}

Value* Arena::AllocateValues(size_t count) {
  // Never null: callers count from it also where there are none.
  auto* values = reinterpret_cast<Value*>(
      Allocate(std::max(count, size_t{1}) * sizeof(Value), alignof(Value)));
  std::uninitialized_default_construct_n(values, count);
  return values;
}

std::string_view Arena::Copy(std::string_view text) {
  if (text.empty()) return {};
  char* copy = Allocate(text.size(), 1);
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

Value Arena::Copy(const Value& value) {
  switch (value.kind()) {
    case Kind::kString:
      return Value::String(Copy(value.unchecked_text()));
    case Kind::kBytes:
      return Value::Bytes(Copy(value.unchecked_text()));
    case Kind::kList: {
      Value* items = AllocateValues(value.size());
      for (size_t i = 0; i < value.size(); ++i) items[i] = Copy(value[i]);
      return Value::List(items, value.size());
    }
    case Kind::kMap:
    case Kind::kStruct: {
      Value* items = AllocateValues(2 * value.size());
      for (size_t i = 0; i < value.size(); ++i) {
        items[2 * i] = Copy(value.entry_key(i));
        items[2 * i + 1] = Copy(value.entry_value(i));
      }
      return value.kind() == Kind::kMap ? Value::Map(items, value.size())
                                        : Value::Struct(items, value.size());
    }
    default:
      return value;
  }
}

void Arena::Reset() {
  if (blocks_.empty()) return;
  if (block_size_ > kMaxBlock) {
    *this = Arena();
    return;
  }
  // The last block: they grow.
  std::swap(blocks_.front(), blocks_.back());
  blocks_.resize(1);
  next_ = blocks_.front().get();
  left_ = bytes_ = block_size_;
}

Type TypeOf(const Value& value) {
  bool mixed = false;
  switch (value.kind()) {
    case Kind::kAbsent:
    case Kind::kNull:
      return {};
    case Kind::kList:
      return Type::List(TypeOfItems(value, 0, 1, &mixed));
    case Kind::kMap:
      return Type::Map(TypeOfItems(value, 0, 2, &mixed), TypeOfItems(value, 1, 2, &mixed));
    case Kind::kStruct: {
      std::vector<Type::Member> members;
      std::unordered_set<std::string_view> names;
      for (size_t i = 0; i < value.size(); ++i) {
        const std::string_view name = value.entry_key(i).unchecked_text();
        // A value with a member twice is of no type; that is for Coerce to say.
        if (!names.insert(name).second) continue;
        members.push_back({std::string(name), TypeOf(value.entry_value(i))});
      }
      return Type::Struct(std::move(members));
    }
    default:
      return Type(value.kind());
  }
}

namespace {

// Returns the type of two that are neither equal nor null nor made of parts in the same way.
using JoinUnlike = std::optional<Type> (*)(const Type& a, const Type& b);

// Joins two types part by part. Structs get the members of both.
std::optional<Type> Join(const Type& a, const Type& b, JoinUnlike unlike) {
  if (a == b || b.kind() == Kind::kNull) return a;
  if (a.kind() == Kind::kNull) return b;
  if (a.kind() != b.kind() || !a.nested()) return unlike(a, b);
  if (a.kind() == Kind::kList) {
    auto element = Join(a.element(), b.element(), unlike);
    if (!element) return std::nullopt;
    return Type::List(*element);
  }
  if (a.kind() == Kind::kMap) {
    auto key = Join(a.key(), b.key(), unlike);
    auto value = Join(a.value(), b.value(), unlike);
    if (!key || !value) return std::nullopt;
    return Type::Map(*key, *value);
  }
  std::vector<Type::Member> members = a.members();
  const MemberIndex index(a.members());
  for (size_t i = 0; i < b.members().size(); ++i) {
    const auto& member = b.members()[i];
    const auto place = index.Find(member.name, i);
    if (!place) {
      members.push_back(member);
      continue;
    }
    auto type = Join(members[*place].type, member.type, unlike);
    if (!type) return std::nullopt;
    members[*place].type = *std::move(type);
  }
  return Type::Struct(std::move(members));
}

std::optional<Type> JoinNumbers(const Type& a, const Type& b) {
  const auto is_integer = [](const Type& t) {
    return t.kind() == Kind::kInt64 || t.kind() == Kind::kUint64;
  };
  if (is_integer(a) && is_integer(b)) return Type(Kind::kUint64);
  if ((is_integer(a) && b.kind() == Kind::kDouble) ||
      (a.kind() == Kind::kDouble && is_integer(b))) {
    return Type(Kind::kDouble);
  }
  return std::nullopt;
}

// {} may be an object of any kind.
std::optional<Type> JoinEmptyStruct(const Type& a, const Type& b) {
  const bool empty = a.kind() == Kind::kStruct && a.members().empty();
  return empty && b.kind() == Kind::kMap ? std::optional(b) : std::nullopt;
}

}  // namespace

std::optional<Type> CommonType(const Type& a, const Type& b) { return Join(a, b, JoinNumbers); }

std::optional<Type> RefineType(const Type& known, const Type& seen) {
  return Join(known, seen, [](const Type& a, const Type& b) -> std::optional<Type> {
    return JoinEmptyStruct(a, b).value_or(a);  // whether each value fits is for Coerce to say
  });
}

std::optional<Type> MergeTypes(const Type& stored, const Type& declared) {
  return Join(stored, declared, JoinEmptyStruct);
}

std::optional<Value> Coerce(const Value& value, const Type& type, Arena* arena) {
  if (value.null()) return Value::Null();
  if (value.kind() == type.kind() && !type.nested()) return arena->Copy(value);
  switch (type.kind()) {
    case Kind::kInt64:
    case Kind::kUint64:
    case Kind::kDouble:
      return CoerceNumber(value, type.kind());
    case Kind::kList:
      if (value.kind() == Kind::kList) return CoerceItems(value, type, arena);
      return std::nullopt;
    case Kind::kMap:
      if (value.kind() == Kind::kMap || value.kind() == Kind::kStruct) {
        return CoerceItems(value, type, arena);
      }
      return std::nullopt;
    case Kind::kStruct:
      if (value.kind() == Kind::kMap || value.kind() == Kind::kStruct) {
        return CoerceStruct(value, type, arena);
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace diotima
