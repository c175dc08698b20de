// Holds the definitions of a graph and what follows from them.
#pragma once

#include <diotima/feature_spec.h>
#include <diotima/status.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace diotima {

// Features are numbered by their place in `specs`, fields by their place among the fields of all
// features in that order.
struct Definitions {
  std::vector<FeatureSpec> specs;
  std::unordered_map<std::string_view, uint32_t> by_key;  // points into `specs`
  std::vector<std::vector<uint32_t>> upstream;            // of each feature, in the order of deps
  std::vector<uint32_t> order;                            // dependencies first
  std::vector<std::vector<std::string>> input_columns;    // of each feature, ascending
  std::vector<uint32_t> first_field;                      // of each feature; and one past the last
  std::vector<std::string> full_names;                    // `feature.field` of each field
  std::vector<std::vector<uint32_t>> parents;             // of each field, by ascending full name
  std::vector<std::string> warnings;

  // Must not be moved or changed once the next steps point into it.
  Definitions() = default;
  Definitions(const Definitions&) = delete;
  Definitions& operator=(const Definitions&) = delete;
};

// The steps that make a checked graph of `specs`, in this order. Each fails with kInvalidArgument.
Status LinkUpstream(Definitions* definitions);  // by_key, upstream
Status SortByDeps(Definitions* definitions);    // order; refuses cycles
Status CheckDeps(Definitions* definitions);     // input_columns; refuses renames and collisions
Status FindParents(Definitions* definitions);   // first_field, full_names, parents, warnings

// Returns an error about a definition: "<source>: feature "<key>": <message>".
Status SpecError(const FeatureSpec& spec, const std::string& message);
// Returns the start of such a message, for warnings.
std::string SpecSubject(const FeatureSpec& spec);

// Returns the name of a column of a dep after renaming.
const std::string& Renamed(const FeatureDep& dep, const std::string& column);

}  // namespace diotima
