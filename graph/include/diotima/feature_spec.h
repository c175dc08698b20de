// Definitions of features, as plain data (docs/graph-files.md). What is valid is said there and
// checked by Graph; versions that follow from definitions are in graph.h.
#pragma once

#include <diotima/time.h>
#include <diotima/type.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace diotima {

inline constexpr std::string_view kInitialCodeVersion = "__metaxy_initial__";

// A (feature, fields) pair in a field's deps.
struct FieldDep {
  std::string feature = {};
  bool all_fields = false;               // ALL: `fields` is empty then
  std::vector<std::string> fields = {};  // may be empty: none
};

struct FieldSpec {
  std::string key = "default";
  std::string code_version = std::string(kInitialCodeVersion);
  bool all_deps = false;            // deps = ALL: all fields of all upstream features
  std::vector<FieldDep> deps = {};  // empty: the mappings of the feature's deps decide
};

enum class LineageKind : uint8_t { kIdentity, kAggregation, kExpansion };

struct Lineage {
  LineageKind kind = LineageKind::kIdentity;
  // Column names after renaming. Aggregation: nothing means the feature's id columns. Expansion:
  // set.
  std::optional<std::vector<std::string>> on = {};
  // Expansion: kept for the spec version, of no effect here.
  std::optional<std::string> id_generation_pattern = {};
};

enum class FieldsMappingKind : uint8_t { kDefault, kSpecific, kAll, kNone };

struct FieldsMapping {
  FieldsMappingKind kind = FieldsMappingKind::kDefault;
  bool match_suffix = false;                     // kDefault
  std::vector<std::string> exclude_fields = {};  // kDefault
  std::map<std::string, std::vector<std::string>> mapping =
      {};  // kSpecific: field → upstream fields
};

struct FeatureDep {
  std::string feature = {};
  std::optional<std::vector<std::string>> select = {};
  std::optional<std::vector<std::pair<std::string, std::string>>> rename =
      {};  // old name, new name
  std::optional<std::vector<std::string>> filters = {};
  Lineage lineage = {};
  bool optional = false;
  FieldsMapping fields_mapping = {};
};

// How much history `purge` leaves (docs/semantics.md, "Purge"). At least one of the two is set.
struct Retention {
  std::optional<uint64_t> keep = {};  // rows of a sample, the latest included; 1 or more
  std::optional<Duration> older_than = {};
};

struct FeatureSpec {
  std::string key = {};
  std::vector<std::string> id_columns = {};
  std::vector<FieldSpec> fields =
      {};  // a definition that has no `fields` member gets the one `default`
  std::vector<FeatureDep> deps = {};  // none: a root
  std::string metadata = "{}";        // a JSON object, its numbers as they were written
  std::optional<std::string> description = {};
  // Declared types for text input. They change no version.
  std::vector<std::pair<std::string, Type>> columns = {};
  // These change no version either. Strict: a write of a column, or of a member of a struct, that
  // `columns` does not declare is an error.
  std::optional<Retention> retention = {};
  bool strict = false;
  // Where it was defined, for messages: "features.toml:12", or empty.
  std::string source = {};
};

}  // namespace diotima
