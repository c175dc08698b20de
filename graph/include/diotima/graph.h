// A set of feature definitions, checked, with everything that can be computed from definitions
// alone.
#pragma once

#include <diotima/export.h>
#include <diotima/feature_spec.h>
#include <diotima/status.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace diotima {

// One parent field: an upstream feature and one of its fields.
struct FieldRef {
  std::string feature;
  std::string field;
  // `feature.field`: the name that hashes and orders use.
  std::string FullName() const { return feature + "." + field; }
  bool operator==(const FieldRef&) const = default;
};

struct FieldVersion {
  std::string key;
  std::string version;
  std::vector<FieldRef> parents;  // in ascending order of FullName()
};

// What follows from a feature's definition and those upstream of it, for one truncation length.
struct FeatureVersions {
  std::string feature_version;
  std::string code_version;
  std::string spec_version;
  std::string definition_version;
  std::vector<FieldVersion> fields;  // in definition order
};

enum class GraphFormat : uint8_t { kToml, kJson };
enum class RenderFormat : uint8_t { kTerminal, kMermaid, kDot, kJson };

// A checked set of definitions. Immutable and cheap to copy (shared); thread-safe. All errors of
// definitions (docs/graph-files.md) are found when it is made: kInvalidArgument, whose message
// starts with the place (`file:line: ` where there is one) and names the feature.
class DIOTIMA_EXPORT Graph {
 public:
  Graph();  // no features

  // Reads `.toml` as TOML, all else as JSON. kNotFound where there is no such file.
  static Result<Graph> FromFile(const std::string& path);
  static Result<Graph> FromFiles(const std::vector<std::string>& paths);
  // `source` is the name used in messages.
  static Result<Graph> FromText(std::string_view text, GraphFormat format,
                                const std::string& source = "");
  static Result<Graph> FromSpecs(std::vector<FeatureSpec> specs);

  // In definition order.
  const std::vector<FeatureSpec>& features() const;
  bool empty() const { return features().empty(); }
  // What is allowed but surely not meant, such as field deps on a root; each with place and
  // feature.
  const std::vector<std::string>& warnings() const;
  // Null when there is no such feature.
  const FeatureSpec* Find(std::string_view key) const;
  // As Find; kNotFound with the nearest known key.
  Result<const FeatureSpec*> Get(std::string_view key) const;

  // The versions of one feature, hashes cut to `truncation_length` (0: whole). The feature must be
  // in the graph. docs/semantics.md, "Versions from definitions". Computed once and kept.
  const FeatureVersions& Versions(std::string_view key, uint32_t truncation_length) const;
  std::string ProjectVersion(uint32_t truncation_length) const;

  // Direct upstream features, in definition order.
  std::vector<std::string> Upstream(std::string_view key) const;
  // Upstream, direct and not, dependencies first.
  std::vector<std::string> AllUpstream(std::string_view key) const;
  // Dependents, direct and not, dependencies first.
  std::vector<std::string> Downstream(std::string_view key) const;
  bool IsRoot(std::string_view key) const;

  // The intersection of the input columns of the deps (docs/semantics.md, "Resolve update"), in
  // ascending order; empty for a root, or when the deps share none.
  std::vector<std::string> InputIdColumns(std::string_view key) const;
  // The columns that expected and current rows are compared on: the input id columns, or the
  // feature's own id columns where there are none. In ascending order.
  std::vector<std::string> JoinColumns(std::string_view key) const;

  // Dependencies first: that of a walk in depth which takes keys in ascending order. `descending`
  // turns the whole order round.
  std::vector<std::string> TopologicalOrder(bool descending = false) const;

  // The graph as text: a tree for a terminal, Mermaid, Graphviz DOT, or JSON.
  std::string Render(RenderFormat format) const;
  // The definitions as JSON: an object {"features": [...]} that FromText reads back, `columns`
  // included.
  std::string ToJson() const;

 private:
  struct Data;
  explicit Graph(std::shared_ptr<const Data> data);
  std::shared_ptr<const Data> data_;
};

// The spec as the JSON text that its spec version hashes (Metaxy's form; golden `spec_json`).
DIOTIMA_EXPORT std::string SpecJson(const FeatureSpec& spec);

// The struct key of a field: its parts joined by `_`.
DIOTIMA_EXPORT std::string StructKey(std::string_view field_key);

}  // namespace diotima
