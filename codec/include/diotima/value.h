// Values of cells: views that cost no allocation, and the arena that owns what they point to.
#pragma once

#include <diotima/type.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace diotima {

// One value: 16 bytes, trivially copyable. Text, bytes and nested values are borrowed: they live as
// long as what they were made from (a literal, an Arena, a RowBatch, the current step of a cursor).
// Reading a value as another kind than its own is a programming error (an assertion).
class Value {
 public:
  constexpr Value() : kind_(Kind::kAbsent), size_(0), int_(0) {}

  static constexpr Value Absent() { return {}; }
  static constexpr Value Null() { return Value(Kind::kNull); }
  static constexpr Value Bool(bool v) { return Value(Kind::kBool, static_cast<int64_t>(v)); }
  static constexpr Value Int64(int64_t v) { return Value(Kind::kInt64, v); }
  static constexpr Value Uint64(uint64_t v) {
    return Value(Kind::kUint64, static_cast<int64_t>(v));
  }
  static constexpr Value Double(double v) {
    Value r(Kind::kDouble);
    r.double_ = v;
    return r;
  }
  // At most 4 GiB - 1 bytes.
  static constexpr Value String(std::string_view v) { return Value(Kind::kString, v); }
  static constexpr Value Bytes(std::string_view v) { return Value(Kind::kBytes, v); }
  static constexpr Value Timestamp(int64_t micros) { return Value(Kind::kTimestamp, micros); }
  static constexpr Value Date(int32_t days) { return Value(Kind::kDate, days); }
  // `items` are the elements in order.
  static constexpr Value List(const Value* items, size_t count) {
    return Value(Kind::kList, items, count);
  }
  // `items` are keys and values in turn, 2 * `entries` of them; the order of entries is kept.
  static constexpr Value Map(const Value* items, size_t entries) {
    return Value(Kind::kMap, items, entries);
  }
  // As a map; keys are kString: the names of the members.
  static constexpr Value Struct(const Value* items, size_t members) {
    return Value(Kind::kStruct, items, members);
  }

  constexpr Kind kind() const { return kind_; }
  constexpr bool absent() const { return kind_ == Kind::kAbsent; }
  // Null or absent.
  constexpr bool null() const { return kind_ <= Kind::kNull; }

  constexpr bool bool_value() const { return Is(Kind::kBool), int_ != 0; }
  constexpr int64_t int64_value() const { return Is(Kind::kInt64), int_; }
  constexpr uint64_t uint64_value() const { return Is(Kind::kUint64), static_cast<uint64_t>(int_); }
  constexpr double double_value() const { return Is(Kind::kDouble), double_; }
  // The text of a kString, the bytes of a kBytes.
  constexpr std::string_view text() const {
    assert(kind_ == Kind::kString || kind_ == Kind::kBytes);
    return {text_, size_};
  }
  constexpr int64_t timestamp_micros() const { return Is(Kind::kTimestamp), int_; }
  constexpr int32_t date_days() const { return Is(Kind::kDate), static_cast<int32_t>(int_); }

  // Of a list: its elements. Of a map or struct: its entries.
  constexpr size_t size() const {
    assert(kind_ >= Kind::kList);
    return size_;
  }
  constexpr const Value& operator[](size_t i) const {
    assert(kind_ == Kind::kList && i < size_);
    return items_[i];
  }
  constexpr const Value& entry_key(size_t i) const {
    assert(kind_ > Kind::kList && i < size_);
    return items_[2 * i];
  }
  constexpr const Value& entry_value(size_t i) const {
    assert(kind_ > Kind::kList && i < size_);
    return items_[2 * i + 1];
  }
  // The value of a map or struct under a string key; absent when there is none. Linear.
  Value Find(std::string_view key) const;

  // Same kind and same content: doubles by bits, maps and structs in order; absent equals null.
  bool operator==(const Value& other) const;

 private:
  constexpr explicit Value(Kind kind, int64_t v = 0) : kind_(kind), size_(0), int_(v) {}
  constexpr Value(Kind kind, std::string_view v)
      : kind_(kind), size_(static_cast<uint32_t>(v.size())), text_(v.data()) {}
  constexpr Value(Kind kind, const Value* items, size_t count)
      : kind_(kind), size_(static_cast<uint32_t>(count)), items_(items) {}
  constexpr void Is([[maybe_unused]] Kind kind) const { assert(kind_ == kind); }

  Kind kind_;
  uint32_t size_;
  union {
    int64_t int_;
    double double_;
    const char* text_;
    const Value* items_;
  };
};
static_assert(sizeof(Value) == 16);

// Owns the text and items of values. Not thread-safe; movable. What it gave out stays where it is
// until Reset() or destruction.
class Arena {
 public:
  Arena() = default;
  Arena(Arena&& other) noexcept;
  Arena& operator=(Arena&& other) noexcept;

  // `alignment` is a power of 2.
  char* Allocate(size_t size, size_t alignment = alignof(std::max_align_t)) {
    const size_t skip = -reinterpret_cast<uintptr_t>(next_) & (alignment - 1);
    if (skip + size > left_) return AllocateBlock(size, alignment);
    char* result = next_ + skip;
    next_ += skip + size;
    left_ -= skip + size;
    return result;
  }
  Value* AllocateValues(size_t count);
  std::string_view Copy(std::string_view text);
  // A deep copy: nothing in it points outside this arena.
  Value Copy(const Value& value);
  // Frees everything but keeps one block for reuse, of 1 MiB at most.
  void Reset();
  // Bytes held.
  size_t bytes() const { return bytes_; }

 private:
  char* AllocateBlock(size_t size, size_t alignment);

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  size_t left_ = 0;
  size_t block_size_ = 0;  // of the last block
  size_t bytes_ = 0;
};

// The type that a value shows: of a scalar its kind; of a list the common type of its elements; of
// a struct or map its members. Null where nothing is known.
Type TypeOf(const Value& value);

// The type that holds values of both: equal types; null and anything; integers and doubles
// (double); int64 and uint64 (uint64: what does not fit fails when it is coerced); structs member
// by member. Nothing where there is none.
std::optional<Type> CommonType(const Type& a, const Type& b);

// `known` with what was null in it taken from `seen`: the type of a column once its first value
// comes. Nothing where they differ in anything else that Coerce would not bridge.
std::optional<Type> RefineType(const Type& known, const Type& seen);

// `value` as one of `type`, with what it needs copied to `arena`. Integers become doubles or the
// other integer type where that is exact; a struct with string keys becomes a map, and the reverse.
// Nothing else is cast. Returns nothing when it does not fit.
std::optional<Value> Coerce(const Value& value, const Type& type, Arena* arena);

}  // namespace diotima
