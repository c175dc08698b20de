// Computes the hashes of an expected row from the rows that it is made of (docs/semantics.md,
// "Sample hashes").
#pragma once

#include <diotima/digest.h>
#include <diotima/graph.h>

#include <string>
#include <vector>

#include "codec/row/hashed_row.h"

namespace diotima {

// A hash that may be unknown.
struct OptionalText {
  std::string text;
  bool null = true;
  // Returns the text, borrowed, or null.
  Value ToValue() const { return null ? Value::Null() : Value::String(text); }
};

struct ExpectedHashes {
  std::vector<OptionalText> by_field;  // in the order of ProvenanceHasher::fields()
  OptionalText row;
};

// Computes hashes for one feature. Not thread-safe (it reuses memory).
class ProvenanceHasher {
 public:
  ProvenanceHasher(const Graph& graph, const FeatureSpec& spec, const Hasher& hasher);

  // Returns the struct keys of the fields of the feature, ascending.
  const std::vector<std::string>& fields() const { return fields_; }
  // Computes the hashes of one combination of rows: one row of each dep in their order, or null for
  // an optional dep without a row.
  void Compute(const std::vector<const HashedRow*>& rows, ExpectedHashes* out);

 private:
  struct Parent {
    std::string lead;   // `|feature.field|`
    std::string field;  // struct key
    size_t dep;
    bool optional;
  };
  struct Field {
    std::string lead;  // `field|code version`
    std::vector<Parent> parents;
  };

  bool ComputeField(const Field& field, const std::vector<const HashedRow*>& rows);

  const Hasher hasher_;
  std::vector<std::string> fields_;
  std::vector<Field> plans_;
  std::string text_;
};

}  // namespace diotima
