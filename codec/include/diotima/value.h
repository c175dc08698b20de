// Values of cells: views that cost no allocation, and the arena that owns what they point to.
#pragma once

#include <diotima/export.h>
#include <diotima/time.h>
#include <diotima/type.h>

#include <concepts>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace diotima {

// One value: 16 bytes, trivially copyable. Text, bytes and nested values are borrowed: they live as
// long as what they were made from (a literal, an Arena, a RowBatch, the current step of a cursor).
// As<T>() reads it, and checks its kind.
class DIOTIMA_EXPORT Value {
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
  // Both hold at most 4 GiB - 1 bytes.
  static constexpr Value String(std::string_view v) { return Value(Kind::kString, v); }
  // The text of a temporary would be gone before the value is read.
  template <std::same_as<std::string> T>
  static Value String(T&&) = delete;
  static constexpr Value Bytes(std::string_view v) { return Value(Kind::kBytes, v); }
  template <std::same_as<std::string> T>
  static Value Bytes(T&&) = delete;
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
  // `items` are as for a map; the keys are kString, the names of the members.
  static constexpr Value Struct(const Value* items, size_t members) {
    return Value(Kind::kStruct, items, members);
  }

  // Makes a value of what a C++ value shows: bool, an integer (of 64 bits, signed or not), a float
  // or double, text (borrowed), a Time, std::chrono::sys_days, or a Value itself. An empty
  // optional, std::nullopt and nullptr are null.
  template <typename T>
  static constexpr Value Of(const T& v);

  // Returns the value as a T: bool, an integer type, double, std::string_view (borrowed, also of
  // bytes), std::string, Time, std::chrono::sys_days, or an optional of these (nothing for null).
  // kSchemaMismatch where the value is of another kind, or a number that T does not hold exactly.
  template <typename T>
  Result<T> As() const;

  constexpr Kind kind() const { return kind_; }
  constexpr bool absent() const { return kind_ == Kind::kAbsent; }
  // Returns whether the value is null or absent.
  constexpr bool null() const { return kind_ <= Kind::kNull; }

  // Return the value for callers that know its kind, which is not checked in release builds: As()
  // is for all others.
  constexpr bool unchecked_bool() const { return Is(Kind::kBool), int_ != 0; }
  constexpr int64_t unchecked_int64() const { return Is(Kind::kInt64), int_; }
  constexpr uint64_t unchecked_uint64() const {
    return Is(Kind::kUint64), static_cast<uint64_t>(int_);
  }
  constexpr double unchecked_double() const { return Is(Kind::kDouble), double_; }
  // Returns the text of a kString, or the bytes of a kBytes.
  constexpr std::string_view unchecked_text() const {
    assert(kind_ == Kind::kString || kind_ == Kind::kBytes);
    return {text_, size_};
  }
  // Returns microseconds since 1970.
  constexpr int64_t unchecked_timestamp() const { return Is(Kind::kTimestamp), int_; }
  // Returns days since 1970.
  constexpr int32_t unchecked_date() const { return Is(Kind::kDate), static_cast<int32_t>(int_); }

  // Returns the number of elements of a list, or of entries of a map or struct; else 0.
  constexpr size_t size() const { return kind_ >= Kind::kList ? size_ : 0; }
  // Return an element of a list, and the key and value of an entry of a map or struct. Absent where
  // there is none.
  constexpr const Value& operator[](size_t i) const {
    return kind_ == Kind::kList && i < size_ ? items_[i] : kNothing;
  }
  constexpr const Value& entry_key(size_t i) const {
    return kind_ > Kind::kList && i < size_ ? items_[2 * i] : kNothing;
  }
  constexpr const Value& entry_value(size_t i) const {
    return kind_ > Kind::kList && i < size_ ? items_[2 * i + 1] : kNothing;
  }
  // Returns the value of a map or struct under a string key, or absent. Takes linear time.
  Value Find(std::string_view key) const;

  // Returns whether kind and content are the same: doubles by bits, maps and structs in order.
  // Absent equals null.
  bool operator==(const Value& other) const;

 private:
  static const Value kNothing;

  constexpr explicit Value(Kind kind, int64_t v = 0) : kind_(kind), size_(0), int_(v) {}
  constexpr Value(Kind kind, std::string_view v)
      : kind_(kind), size_(static_cast<uint32_t>(v.size())), text_(v.data()) {}
  constexpr Value(Kind kind, const Value* items, size_t count)
      : kind_(kind), size_(static_cast<uint32_t>(count)), items_(items) {}
  constexpr void Is([[maybe_unused]] Kind kind) const { assert(kind_ == kind); }
  Status IsNot(std::string_view wanted) const;

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
inline constexpr Value Value::kNothing;

namespace internal {
template <typename T>
inline constexpr bool kIsOptional = false;
template <typename T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <typename T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;
// The largest integer up to which a double holds every one.
inline constexpr int64_t kMaxExactDouble = int64_t{1} << 53;
}  // namespace internal

template <typename T>
constexpr Value Value::Of(const T& v) {
  if constexpr (std::same_as<T, Value>) {
    return v;
  } else if constexpr (std::same_as<T, std::nullopt_t> || std::same_as<T, std::nullptr_t>) {
    return Null();
  } else if constexpr (internal::kIsOptional<T>) {
    return v ? Of(*v) : Null();
  } else if constexpr (std::same_as<T, bool>) {
    return Bool(v);
  } else if constexpr (internal::Integer<T> && std::is_unsigned_v<T>) {
    return Uint64(v);
  } else if constexpr (internal::Integer<T>) {
    return Int64(v);
  } else if constexpr (std::floating_point<T>) {
    return Double(static_cast<double>(v));
  } else if constexpr (std::same_as<T, Time>) {
    return Timestamp(ToMicros(v));
  } else if constexpr (std::same_as<T, std::chrono::sys_days>) {
    return Date(static_cast<int32_t>(v.time_since_epoch().count()));
  } else {
    static_assert(std::convertible_to<const T&, std::string_view>, "no column holds this type");
    return String(v);
  }
}

template <typename T>
Result<T> Value::As() const {
  if constexpr (internal::kIsOptional<T>) {
    if (null()) return T();
    auto value = As<typename T::value_type>();
    return value.ok() ? Result<T>(T(*std::move(value))) : Result<T>(value.status());
  } else if constexpr (std::same_as<T, bool>) {
    return kind_ == Kind::kBool ? Result<T>(int_ != 0) : IsNot("bool");
  } else if constexpr (internal::Integer<T>) {
    const auto wide = static_cast<uint64_t>(int_);
    if (kind_ == Kind::kInt64 && std::in_range<T>(int_)) return static_cast<T>(int_);
    if (kind_ == Kind::kUint64 && std::in_range<T>(wide)) return static_cast<T>(wide);
    return IsNot(std::is_unsigned_v<T>
                     ? "an unsigned integer of " + std::to_string(8 * sizeof(T)) + " bits"
                     : "an integer of " + std::to_string(8 * sizeof(T)) + " bits");
  } else if constexpr (std::same_as<T, double>) {
    constexpr int64_t kMax = internal::kMaxExactDouble;
    if (kind_ == Kind::kDouble) return double_;
    if (kind_ == Kind::kInt64 && -kMax <= int_ && int_ <= kMax) return static_cast<double>(int_);
    return IsNot("double");
  } else if constexpr (std::same_as<T, Time>) {
    return kind_ == Kind::kTimestamp ? Result<T>(FromMicros(int_)) : IsNot("timestamp");
  } else if constexpr (std::same_as<T, std::chrono::sys_days>) {
    return kind_ == Kind::kDate ? Result<T>(T(std::chrono::days(int_))) : IsNot("date");
  } else {
    static_assert(std::same_as<T, std::string_view> || std::same_as<T, std::string>,
                  "no column holds this type");
    const bool text = kind_ == Kind::kString || kind_ == Kind::kBytes;
    return text ? Result<T>(T(text_, size_)) : IsNot("text");
  }
}

// Owns the text and items of values. Memory that it returned stays in place until Reset() or
// destruction. Movable, not thread-safe.
class DIOTIMA_EXPORT Arena {
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
  // Returns a deep copy, which points to nothing outside this arena.
  Value Copy(const Value& value);
  // Frees everything but one block of at most 1 MiB, which it keeps for reuse.
  void Reset();
  // Returns how many bytes the arena holds.
  size_t bytes() const { return bytes_; }

 private:
  char* AllocateBlock(size_t size, size_t alignment);

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  size_t left_ = 0;
  size_t block_size_ = 0;  // of the last block
  size_t bytes_ = 0;
};

// Returns the type that a value shows: the kind of a scalar, a list of the common type of its
// elements, a struct or map of its members. Null when nothing is known.
DIOTIMA_EXPORT Type TypeOf(const Value& value);

// Returns the type that holds values of both: equal types; null and anything; integers and doubles
// (double); int64 and uint64 (uint64; Coerce then fails for values that do not fit); structs member
// by member. Returns nothing when there is no such type.
DIOTIMA_EXPORT std::optional<Type> CommonType(const Type& a, const Type& b);

// Returns `known` with its null parts taken from `seen`, and with the members of structs that only
// `seen` has: the type of a column once more values come. Returns nothing if they differ otherwise,
// unless Coerce bridges the difference.
DIOTIMA_EXPORT std::optional<Type> RefineType(const Type& known, const Type& seen);

// Returns the type of a column of type `stored` for which a definition declares another one: null
// parts and members of structs come from either. Returns nothing if they differ otherwise.
DIOTIMA_EXPORT std::optional<Type> MergeTypes(const Type& stored, const Type& declared);

// Returns `value` as a value of `type`; memory that this needs comes from `arena`. Integers become
// doubles or the other integer type if that is exact; a struct with string keys becomes a map, and
// the reverse. Nothing else is converted. Returns nothing when the value does not fit.
DIOTIMA_EXPORT std::optional<Value> Coerce(const Value& value, const Type& type, Arena* arena);

}  // namespace diotima
