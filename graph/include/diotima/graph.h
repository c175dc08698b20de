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
  // Returns `feature.field`, the name that hashes and orders use.
  std::string FullName() const { return feature + "." + field; }
  bool operator==(const FieldRef&) const = default;
};

struct FieldVersion {
  std::string key;
  std::string version;
  std::vector<FieldRef> parents;  // in ascending order of FullName()
};

// The versions that follow from the definition of a feature and of those upstream of it, for one
// truncation length.
struct FeatureVersions {
  std::string feature_version;
  std::string code_version;
  std::string spec_version;
  std::string definition_version;
  std::vector<FieldVersion> fields;  // in definition order
};

enum class GraphFormat : uint8_t { kToml, kJson };
enum class RenderFormat : uint8_t { kTerminal, kMermaid, kDot, kJson };

// A checked set of definitions. Immutable and cheap to copy (shared); thread-safe. Making one finds
// all errors of definitions (docs/graph-files.md). They are kInvalidArgument; the message starts
// with the place (`file:line: ` if there is one) and names the feature.
class DIOTIMA_EXPORT Graph {
 public:
  Graph();  // no features

  // Reads `.toml` as TOML, any other file as JSON. Returns kNotFound if there is no such file.
  static Result<Graph> FromFile(const std::string& path);
  static Result<Graph> FromFiles(const std::vector<std::string>& paths);
  // `source` is the name used in messages.
  static Result<Graph> FromText(std::string_view text, GraphFormat format,
                                const std::string& source = "");
  static Result<Graph> FromSpecs(std::vector<FeatureSpec> specs);

  // Returns the features in definition order.
  const std::vector<FeatureSpec>& features() const;
  bool empty() const { return features().empty(); }
  // Returns remarks on definitions that are allowed but surely not meant, such as field deps on a
  // root. Each names the place and the feature.
  const std::vector<std::string>& warnings() const;
  // Returns null when there is no such feature.
  const FeatureSpec* Find(std::string_view key) const;
  // Returns kNotFound, with the nearest known key, when there is no such feature.
  Result<const FeatureSpec*> Get(std::string_view key) const;

  // Returns the versions of one feature, with hashes cut to `truncation_length` (0: whole). The
  // feature must be in the graph. Computed once and kept. docs/semantics.md, "Versions from
  // definitions".
  const FeatureVersions& Versions(std::string_view key, uint32_t truncation_length) const;
  std::string ProjectVersion(uint32_t truncation_length) const;

  // Returns the direct upstream features, in definition order.
  std::vector<std::string> Upstream(std::string_view key) const;
  // Returns all upstream features, direct or not, dependencies first.
  std::vector<std::string> AllUpstream(std::string_view key) const;
  // Returns all dependents, direct or not, dependencies first.
  std::vector<std::string> Downstream(std::string_view key) const;
  bool IsRoot(std::string_view key) const;

  // Returns the intersection of the input columns of the deps (docs/semantics.md, "Resolve
  // update"), in ascending order. Empty for a root, and when the deps share none.
  std::vector<std::string> InputIdColumns(std::string_view key) const;
  // Returns the columns by which expected and current rows are compared, in ascending order: the
  // input id columns or, if there are none, the feature's own id columns.
  std::vector<std::string> JoinColumns(std::string_view key) const;

  // Returns all keys, dependencies first, in the order of a depth-first walk that takes keys in
  // ascending order. `descending` reverses it.
  std::vector<std::string> TopologicalOrder(bool descending = false) const;

  // Returns the graph as text: a tree for a terminal, Mermaid, Graphviz DOT, or JSON.
  std::string Render(RenderFormat format) const;
  // Returns the definitions as JSON: an object {"features": [...]} that FromText reads back,
  // `columns` included.
  std::string ToJson() const;

 private:
  struct Data;
  explicit Graph(std::shared_ptr<const Data> data);
  // Makes a graph of definitions each of which has been checked alone.
  static Result<Graph> Link(std::vector<FeatureSpec> specs);
  std::shared_ptr<const Data> data_;
};

// Returns the JSON text that the spec version hashes, in Metaxy's form.
DIOTIMA_EXPORT std::string SpecJson(const FeatureSpec& spec);

// Returns the struct key of a field: its parts joined by `_`.
DIOTIMA_EXPORT std::string StructKey(std::string_view field_key);

}  // namespace diotima
