// What changed from one set of definitions to another.
#pragma once

#include <diotima/export.h>
#include <diotima/graph.h>

#include <string>
#include <vector>

namespace diotima {

enum class DiffKind : uint8_t { kAdded, kRemoved, kChanged };
DIOTIMA_EXPORT std::string_view DiffKindName(DiffKind kind);  // "added", "removed", "changed"

// One difference within a feature: `what` is "field", "dep", "id_columns", "metadata" or
// "description", `name` the field's key or the dep's feature, `member` what of it changed
// ("code_version", "parents", "select", …; empty where the whole was added or removed). `before`
// and `after` are short texts.
struct MemberDiff {
  DiffKind kind = DiffKind::kChanged;
  std::string what, name, member;
  std::string before, after;
};

struct FeatureDiff {
  DiffKind kind = DiffKind::kChanged;
  std::string feature;
  std::string version_before, version_after;  // empty where there is none
  // Of a changed feature. Empty where only something upstream changed its version.
  std::vector<MemberDiff> members;
};

// Returns the features that differ in definition or version, in ascending order of keys.
// `truncation_length` cuts versions. Thread-safe.
DIOTIMA_EXPORT std::vector<FeatureDiff> DiffGraphs(const Graph& before, const Graph& after,
                                                   uint32_t truncation_length);

}  // namespace diotima
