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
  int64_t time = 0;    // of its commit, or of the deletion that it says it is
  int64_t commit = 0;  // when the store learned of it
};

struct ModelTable {
  std::vector<ModelRow> rows;               // in the order in which they were written
  std::set<std::string> columns;            // the user columns that are known
  std::set<std::string> versions;           // the feature versions that writes were made under
  std::map<std::string, int64_t> horizons;  // of purges, by feature version
};

struct ModelRead {
  Predicates filters;
  std::vector<std::string> columns;
  std::optional<std::string> feature_version;
  bool with_feature_history = false, with_sample_history = false;
  bool include_soft_deleted = false, only_soft_deleted = false;
  std::optional<int64_t> as_of;
  bool allow_fallback = true;
};

struct ModelResolve {
  std::optional<std::vector<Cells>> samples;
  std::map<std::string, Predicates> filters;
  Predicates global_filters, target_filters, staleness_predicates;
  bool skip_comparison = false;
  std::optional<int64_t> as_of;
};

struct ModelIncrement {
  std::vector<Cells> fresh, stale, orphaned;
  std::optional<double> progress;
};

struct ModelWrite {
  std::optional<std::string> materialization_id;
  bool preserve_feature_version = false;
};

struct ModelDelete {
  Predicates filters;
  bool soft = true, history = false;
  Cascade cascade = Cascade::kNone;
};

struct ModelPurge {
  std::vector<std::string> features, versions;
  std::optional<uint64_t> keep;
  std::optional<int64_t> older_than;
  bool deleted = false, old_versions = false;
};

struct ModelRebase {
  std::string from;
  std::optional<std::string> to;
};

struct ModelCopy {
  std::vector<std::string> features;
  std::map<std::string, Predicates> filters;
  Predicates global_filters;
  bool with_feature_history = true, with_sample_history = false;
};

// Rows by feature, in the order in which the engine reports them.
using Counts = std::vector<std::pair<std::string, uint64_t>>;

// Dependencies first; a dep's filters are given as predicates, by "feature>upstream".
struct ModelGraph {
  std::vector<FeatureSpec> specs;
  std::map<std::string, Predicates> dep_filters;
  std::string project_version;
};

class Model {
 public:
  explicit Model(Hasher hasher) : hasher_(hasher) {}

  // The definitions in force.
  void Use(ModelGraph graph) { graph_ = std::move(graph); }
  // Where features are read from that this one has never had; null: nowhere.
  void SetFallback(const Model* fallback) { fallback_ = fallback; }
  void SetMaterializationId(std::optional<std::string> id) { materialization_id_ = std::move(id); }

  const std::vector<FeatureSpec>& specs() const { return graph_.specs; }
  const FeatureSpec& Spec(const std::string& feature) const;
  const std::map<std::string, ModelTable>& tables() const { return tables_; }
  std::vector<std::string> JoinColumns(const FeatureSpec& spec) const;
  std::string FeatureVersion(const FeatureSpec& spec) const;

  // Records the definitions in force; false where they were pushed last.
  bool Push();

  // Each throws ModelError where the engine must fail, and has changed nothing then.
  void Write(const std::string& feature, const std::vector<Cells>& rows, const ModelWrite& options,
             int64_t time);
  std::vector<Cells> Read(const std::string& feature, const ModelRead& options) const;
  ModelIncrement Resolve(const std::string& feature, const ModelResolve& options) const;
  Counts Delete(const std::string& feature, const ModelDelete& options, int64_t time);
  size_t Drop(const std::string& feature);
  Counts Purge(const ModelPurge& options, int64_t time);
  // How many rows are appended. `ambiguous`: one has several expected rows that differ, and the
  // engine may take any of them.
  size_t Rebase(const std::string& feature, const ModelRebase& options,
                const std::optional<std::string>& materialization_id, int64_t time,
                bool* ambiguous);
  Counts CopyFrom(const Model& from, const ModelCopy& options, int64_t time);

 private:
  struct Side {  // a dep with its rows
    const FeatureDep* dep = nullptr;
    std::set<std::string> known;    // after renaming
    std::set<std::string> columns;  // passed on
    std::vector<std::string> ids;   // of the upstream, renamed
    std::vector<Cells> rows;        // their user columns, renamed
    std::vector<json> hashes;       // the data versions of each
  };
  struct ExpectedRow {
    Cells cells;
    Cells join;  // the join columns, also where no dep passes them on
  };

  std::string FieldVersion(const FeatureSpec& spec, const FieldSpec& field) const;
  std::vector<std::pair<std::string, std::string>> Parents(const FeatureSpec& spec,
                                                           const FieldSpec& field) const;
  json RowHash(const FeatureSpec& spec, const json& by_field) const;
  std::vector<std::string> CascadeOrder(const std::string& feature, Cascade cascade) const;
  size_t SoftDelete(const std::string& feature, const ModelRead& read, int64_t time);
  size_t HardDelete(const std::string& feature, const ModelRead& read);
  ModelGraph RebaseTarget(const std::string& feature, const std::optional<std::string>& to) const;
  Cells Rebased(const FeatureSpec& spec, const Cells& old, const Cells& expected) const;
  // The feature's table, here or in the fallback; null where it was never written.
  const ModelTable* Find(const std::string& feature, bool allow_fallback) const;
  // Hashes and times that a row does not name.
  Cells Complete(const FeatureSpec& spec, const Cells& row, bool sample) const;
  std::vector<const ModelRow*> ReadRows(const std::string& feature, const ModelRead& options) const;
  void Aggregate(const FeatureSpec& spec, Side* side) const;
  Side OpenSide(const FeatureSpec& spec, size_t dep, const ModelResolve& options) const;
  std::vector<ExpectedRow> Expected(const FeatureSpec& spec, const ModelResolve& options) const;
  std::vector<ExpectedRow> ExpectedSamples(const FeatureSpec& spec, const ModelResolve& options,
                                           const Predicates& filters) const;
  std::vector<const ModelRow*> CurrentRows(const FeatureSpec& spec, const ModelResolve& options,
                                           const ModelRead& read,
                                           const std::vector<std::string>& joins) const;
  ExpectedRow Joined(const FeatureSpec& spec, const std::vector<Side>& sides,
                     const std::vector<int>& chosen, const std::vector<std::string>& joins) const;

  Hasher hasher_;
  std::optional<std::string> materialization_id_;
  ModelGraph graph_;
  std::vector<ModelGraph> snapshots_;  // newest first
  std::string head_;                   // the project version that was pushed last
  const Model* fallback_ = nullptr;
  std::map<std::string, ModelTable> tables_;
};

// What the dep calls a column of its upstream.
const std::string& NewName(const FeatureDep& dep, const std::string& column);

// Gathers the errors of several parts: which of them is found first is not said.
class Errors {
 public:
  template <typename F>
  void Try(const F& f) {
    try {
      f();
    } catch (const ModelError& error) {
      if (!first_) first_ = error;
      first_->codes.insert(error.codes.begin(), error.codes.end());
    }
  }
  void Throw() const {
    if (first_) throw *first_;
  }

 private:
  std::optional<ModelError> first_;
};

// The row's values of `columns`; nothing where one is null.
std::optional<std::vector<json>> KeyOf(const Cells& row, const std::vector<std::string>& columns);

}  // namespace diotima::model
