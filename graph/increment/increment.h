// Computes the increment of a feature by a streaming merge join: joins sorted inputs to expected
// rows, and compares these with the sorted current rows. Only the rows of one join key are in
// memory.
#pragma once

#include <diotima/change.h>
#include <diotima/filter.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "codec/base/column_view.h"
#include "codec/base/row_cursor.h"
#include "graph/increment/join_input.h"
#include "graph/increment/plan.h"
#include "graph/increment/provenance.h"

namespace diotima {

struct IncrementCounts {
  // Samples: distinct join keys.
  uint64_t new_samples = 0;
  uint64_t stale_samples = 0;
  uint64_t orphaned_samples = 0;
  uint64_t rows = 0;      // that came out
  uint64_t keys = 0;      // distinct join keys of expected rows
  uint64_t new_keys = 0;  // those without a current row
};

struct IncrementOptions {
  std::vector<BoundFilter> staleness_predicates;  // on current rows
  bool skip_comparison = false;
  bool distinct = false;  // one row for each sample
  // Whether orphaned rows are join keys, each once (a feature with an expansion dep).
  bool orphaned_keys_only = false;
  // Whether the only dep is the samples of the caller, which bring their hashes.
  bool samples = false;
};

// Groups the rows of an input by join key.
class GroupReader {
 public:
  explicit GroupReader(std::unique_ptr<JoinInput> input);

  bool Valid() const { return valid_; }
  const Status& status() const;
  std::string_view key() const { return key_; }
  bool key_has_null() const { return input_->join_key_has_null(); }
  // Moves past all rows whose key is less than `key`.
  void SkipTo(std::string_view key);
  // Moves past the rows of the group at key().
  void SkipGroup();
  // Makes rows() the group at key(), until Drop().
  void Take();
  void Drop();
  const std::vector<const HashedRow*>& rows() const { return rows_; }

 private:
  void Next();
  void ReadKey();

  std::unique_ptr<JoinInput> input_;
  bool valid_ = false;
  std::string_view key_;
  std::vector<const HashedRow*> rows_;
  std::vector<std::unique_ptr<HashedRow>> copies_;
  bool in_place_ = false;
  std::string group_key_;
};

// Not thread-safe.
class IncrementCursor {
 public:
  // `hasher` is null for samples; `current` is null if there are no current rows.
  IncrementCursor(IncrementPlan plan, std::unique_ptr<ProvenanceHasher> hasher,
                  std::vector<std::unique_ptr<JoinInput>> deps, std::unique_ptr<JoinInput> current,
                  IncrementOptions options);
  ~IncrementCursor();

  bool Valid() const { return valid_; }
  void Next() { Step(); }
  const Status& status() const { return status_; }
  Change change() const { return change_; }
  const Row& row() const { return *row_; }
  // Returns the columns of new and stale rows: the output of the plan, then the four hash columns.
  const Schema& schema() const;
  const IncrementCounts& counts() const { return counts_; }
  // Return the join key and the hashes of a new or stale row.
  std::string_view key() const { return key_; }
  const ExpectedHashes& hashes() const { return hashes_; }

 private:
  class ExpectedRow;
  // The part of the current rows of one key that the comparison needs.
  struct CurrentGroup {
    std::vector<std::string> provenance;  // the first `size` of them; kept for their memory
    size_t size = 0;
    bool forced = false;  // one has no provenance, or meets a staleness predicate
  };

  void Step();
  bool NextInGroup();
  bool NextGroup();
  // Moves the deps to the next key that all required ones have. Returns false at the end.
  bool AlignDeps();
  bool AlignRequired();
  bool AlignOptional();
  void TakeGroup(bool with_current);
  void DropGroup();
  bool NextCombination();
  bool EmitExpected();
  bool IsStale() const;
  bool EmitOrphan();
  void CompareWithCurrent();
  // Returns the error of an input that has ended; OK otherwise.
  Status InputStatus() const;

  const IncrementPlan plan_;
  const std::unique_ptr<ProvenanceHasher> hasher_;
  std::vector<GroupReader> deps_;
  std::vector<size_t> required_, optional_;
  GroupReader current_;
  const IncrementOptions options_;

  std::vector<char> taken_;       // deps that have rows in the group
  std::vector<size_t> odometer_;  // the row of each dep in the current combination
  std::vector<const HashedRow*> combination_;
  bool in_expected_ = false, first_combination_ = false;
  bool in_orphans_ = false;
  size_t next_orphan_ = 0;
  bool current_taken_ = false;
  CurrentGroup current_group_;
  std::string key_;
  bool key_has_null_ = false;
  std::string null_key_;  // the last one counted: rows of several deps may share it
  bool counted_null_key_ = false;

  std::unique_ptr<ExpectedRow> expected_row_;
  std::unique_ptr<ColumnView> key_row_;  // of an orphaned key
  ExpectedHashes hashes_;
  bool valid_ = false;
  Change change_ = Change::kNew;
  const Row* row_ = nullptr;
  void Count(uint64_t* samples);

  IncrementCounts counts_;
  bool counted_ = false;  // the sample at hand, as new, stale or orphaned
  Status status_;
};
static_assert(RowCursor<IncrementCursor>);

}  // namespace diotima
