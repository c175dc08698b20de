// Finds members and keys by name in a time that does not grow with the square of their number.
#pragma once

#include <diotima/value.h>

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace diotima {

// The members of a struct type by name. Borrows the members. Not thread-safe.
class MemberIndex {
 public:
  explicit MemberIndex(const std::vector<Type::Member>& members) : members_(members) {}

  // Returns the place of a member. Looks at the place `guess` first.
  std::optional<size_t> Find(std::string_view name, size_t guess = 0) const;

 private:
  const std::vector<Type::Member>& members_;
  mutable std::unordered_map<std::string_view, size_t> places_;  // of many members, once needed
};

// Returns a key that occurs twice in a map or struct of `entries`, or null. `items`: its keys,
// which are texts, and values in turn.
const Value* FindDuplicateKey(const Value* items, size_t entries);

}  // namespace diotima
