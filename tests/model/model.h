// A naive store in memory, written to be read beside docs/semantics.md: rows are lists, joins are
// loops, and nothing is kept but what was written. It shares with the engine only the definitions'
// types and the hash function.
#pragma once

#include <diotima/store.h>

#include <stdexcept>

#include "tests/model/predicate.h"

namespace diotima::model {

// What the engine must answer with one of `codes`: which one comes first is its own business.
struct ModelError : std::runtime_error {
  ModelError(StatusCode code, const std::string& why) : runtime_error(why), codes({code}) {}
  std::set<StatusCode> codes;
};

struct ModelRow {
  Cells cells;
  int64_t time = 0;  // of its commit, or of the deletion that it says it is
};

struct ModelTable {
  std::vector<ModelRow> rows;      // in the order in which they were written
  std::set<std::string> columns;   // the user columns that are known
  std::set<std::string> versions;  // the feature versions that writes were made under
};

struct ModelRead {
  Predicates filters;
  std::vector<std::string> columns;
  std::optional<std::string> feature_version;
  bool with_feature_history = false, with_sample_history = false;
  bool include_soft_deleted = false, only_soft_deleted = false;
  std::optional<int64_t> as_of;
};

struct ModelResolve {
  std::optional<std::vector<Cells>> samples;
  std::map<std::string, Predicates> filters;
  Predicates global_filters, target_filters, staleness_predicates;
  bool skip_comparison = false;
};

struct ModelIncrement {
  std::vector<Cells> fresh, stale, orphaned;
  std::optional<double> progress;
};

struct ModelWrite {
  std::optional<std::string> materialization_id;
  bool preserve_feature_version = false;
};

class Model {
 public:
  explicit Model(Hasher hasher) : hasher_(hasher) {}

  // Definitions in force: dependencies first; a dep's filters are given as predicates.
  void Use(std::vector<FeatureSpec> specs, std::map<std::string, Predicates> dep_filters);
  void SetMaterializationId(std::optional<std::string> id) { materialization_id_ = std::move(id); }

  const std::vector<FeatureSpec>& specs() const { return specs_; }
  const FeatureSpec& Spec(const std::string& feature) const;
  const std::map<std::string, ModelTable>& tables() const { return tables_; }
  std::vector<std::string> JoinColumns(const FeatureSpec& spec) const;
  std::string FeatureVersion(const FeatureSpec& spec) const;

  // The rows of `other`.
  void Take(Model other) { tables_ = std::move(other.tables_); }

  // Each throws ModelError where the engine must fail, and has changed nothing then.
  void Write(const std::string& feature, const std::vector<Cells>& rows, const ModelWrite& options,
             int64_t time, const std::string& project_version);
  std::vector<Cells> Read(const std::string& feature, const ModelRead& options) const;
  ModelIncrement Resolve(const std::string& feature, const ModelResolve& options) const;
  // How many rows are marked or removed.
  size_t SoftDelete(const std::string& feature, const Predicates& filters, bool history,
                    int64_t time);
  size_t HardDelete(const std::string& feature, const Predicates& filters, bool history);

 private:
  struct Side;  // a dep with its rows

  std::string FieldVersion(const FeatureSpec& spec, const FieldSpec& field) const;
  std::vector<std::pair<std::string, std::string>> Parents(const FeatureSpec& spec,
                                                           const FieldSpec& field) const;
  json RowHash(const FeatureSpec& spec, const json& by_field) const;
  // Hashes and times that a row does not name.
  Cells Complete(const FeatureSpec& spec, const Cells& row, bool sample) const;
  std::vector<const ModelRow*> ReadRows(const std::string& feature, const ModelRead& options) const;
  Side OpenSide(const FeatureSpec& spec, size_t dep, const ModelResolve& options) const;
  struct ExpectedRow;
  std::vector<ExpectedRow> Expected(const FeatureSpec& spec, const ModelResolve& options) const;
  std::vector<ExpectedRow> ExpectedSamples(const FeatureSpec& spec, const ModelResolve& options,
                                           const Predicates& filters) const;
  std::vector<const ModelRow*> CurrentRows(const FeatureSpec& spec, const ModelResolve& options,
                                           const ModelRead& read,
                                           const std::vector<std::string>& joins) const;
  ExpectedRow Joined(const FeatureSpec& spec, const std::vector<Side>& sides,
                     const std::vector<int>& chosen, const std::vector<std::string>& joins) const;

  const Hasher hasher_;
  std::optional<std::string> materialization_id_;
  std::vector<FeatureSpec> specs_;
  std::map<std::string, Predicates> dep_filters_;  // "feature>upstream"
  std::map<std::string, ModelTable> tables_;
};

// The row's values of `columns`; nothing where one is null.
std::optional<std::vector<json>> KeyOf(const Cells& row, const std::vector<std::string>& columns);

}  // namespace diotima::model
