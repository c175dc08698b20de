#include "codec/base/member_index.h"

#include <algorithm>

namespace diotima {
namespace {

// So many are compared one by one.
constexpr size_t kFew = 16;

}  // namespace

std::optional<size_t> MemberIndex::Find(std::string_view name, size_t guess) const {
  if (guess < members_.size() && members_[guess].name == name) return guess;
  if (members_.size() <= kFew) {
    for (size_t i = 0; i < members_.size(); ++i) {
      if (members_[i].name == name) return i;
    }
    return std::nullopt;
  }
  if (places_.empty()) {
    for (size_t i = 0; i < members_.size(); ++i) places_.emplace(members_[i].name, i);
  }
  const auto place = places_.find(name);
  return place == places_.end() ? std::nullopt : std::optional(place->second);
}

const Value* FindDuplicateKey(const Value* items, size_t entries) {
  if (entries <= kFew) {
    for (size_t i = 1; i < entries; ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (items[2 * i].unchecked_text() == items[2 * j].unchecked_text()) return &items[2 * i];
      }
    }
    return nullptr;
  }
  std::vector<const Value*> keys;
  for (size_t i = 0; i < entries; ++i) keys.push_back(&items[2 * i]);
  std::sort(keys.begin(), keys.end(),
            [](auto* a, auto* b) { return a->unchecked_text() < b->unchecked_text(); });
  const auto twice = std::adjacent_find(keys.begin(), keys.end(), [](auto* a, auto* b) {
    return a->unchecked_text() == b->unchecked_text();
  });
  return twice == keys.end() ? nullptr : *twice;
}

}  // namespace diotima
