#include "codec/base/messages.h"

#include <algorithm>
#include <cctype>

namespace diotima {
namespace {

constexpr size_t kMaxLength = 256;  // longer names are no typing errors, and cost quadratic time

int SubstitutionCost(char a, char b) {
  if (a == b) return 0;
  auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return lower(a) == lower(b) ? 1 : 2;
}

// Twice the edit distance, so that a change of case costs one.
int Distance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(2 * j);
  for (size_t i = 0; i < a.size(); ++i) {
    int diagonal = row[0];
    row[0] += 2;
    for (size_t j = 0; j < b.size(); ++j) {
      int best = std::min({row[j] + 2, row[j + 1] + 2, diagonal + SubstitutionCost(a[i], b[j])});
      diagonal = row[j + 1];
      row[j + 1] = best;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string Join(const std::vector<std::string>& names, std::string_view separator) {
  std::string out;
  for (const std::string& name : names) {
    if (&name != &names.front()) out += separator;
    out += name;
  }
  return out;
}

std::string_view NearestName(std::string_view name, const std::vector<std::string>& known) {
  std::string_view best;
  if (name.size() > kMaxLength) return best;
  int limit = static_cast<int>(name.size()) + 1;  // at most half of the name is wrong
  for (const std::string& candidate : known) {
    if (candidate.size() > kMaxLength) continue;
    int distance = Distance(name, candidate);
    if (distance < limit) {
      limit = distance;
      best = candidate;
    }
  }
  return best;
}

std::string DidYouMean(std::string_view name, const std::vector<std::string>& known) {
  const std::string_view nearest = NearestName(name, known);
  return nearest.empty() ? "" : ": did you mean '" + std::string(nearest) + "'?";
}

}  // namespace diotima
