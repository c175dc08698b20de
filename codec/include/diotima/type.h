// The types of columns.
#pragma once

#include <diotima/export.h>
#include <diotima/status.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace diotima {

// The kind of a value or of a column. kAbsent and kNull are kinds of values only.
enum class Kind : uint8_t {
  kAbsent = 0,  // the row does not name the column: what it would hold is filled in
  kNull,
  kBool,
  kInt64,
  kUint64,
  kDouble,
  kString,  // UTF-8
  kBytes,
  kTimestamp,  // microseconds since 1970-01-01T00:00:00Z
  kDate,       // days since 1970-01-01
  kList,
  kMap,
  kStruct,
};

// Returns "bool", "int64", …; "null" and "absent" for the two kinds that only values have.
DIOTIMA_EXPORT std::string_view KindName(Kind kind);

// The type of a column. Immutable and cheap to copy (children are shared); thread-safe.
// A default-constructed Type is kNull: a column of which only nulls are known.
class DIOTIMA_EXPORT Type {
 public:
  struct Member;

  Type() = default;
  explicit Type(Kind scalar) : kind_(scalar) {}
  static Type List(Type element);
  static Type Map(Type key, Type value);
  static Type Struct(std::vector<Member> members);

  // Parses `bool`, `int64`, `uint64`, `double`, `string`, `bytes`, `timestamp`, `date`, `list<T>`,
  // `map<K,V>` and `struct<name:T,…>`, at most 64 levels deep. White space around names and types
  // is allowed. A member name is put in double quotes, and its own are doubled, where it is empty
  // or has a comma, a colon, an angle bracket, a double quote or outer white space. `null` is the
  // type of a column, or of elements, of which only nulls are known.
  // Fails with kInvalidArgument, naming the text, the place and what was expected there.
  static Result<Type> Parse(std::string_view text);

  Kind kind() const { return kind_; }
  bool nested() const { return kind_ >= Kind::kList; }
  // Returns whether the type, or a part of it, is kNull: values may still show the real type.
  bool has_null() const;
  // Return the element of a list, the key and value of a map, and the members of a struct.
  const Type& element() const;
  const Type& key() const;
  const Type& value() const;
  const std::vector<Member>& members() const;

  // Returns the text that Parse takes.
  std::string ToString() const;
  bool operator==(const Type& other) const;

 private:
  Kind kind_ = Kind::kNull;
  std::shared_ptr<const std::vector<Member>> members_;
};

struct Type::Member {
  std::string name;  // empty but in structs
  Type type;
};

}  // namespace diotima
