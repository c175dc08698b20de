// Groups rows for aggregation lineage: each row carries the hashes of its whole group
// (docs/semantics.md, "Resolve update").
#pragma once

#include <diotima/digest.h>

#include <memory>
#include <string>
#include <vector>

#include "graph/increment/join_input.h"

namespace diotima {

// Holds the rows of one group in memory. Not thread-safe.
class AggregatedInput : public JoinInput {
 public:
  // `rows` are sorted by tuples. Their first `join_values` values are the join columns, their first
  // `group_values` values (no fewer) are the columns to group by, and the id columns follow.
  // `fields` are the struct keys of the fields of the upstream.
  AggregatedInput(std::unique_ptr<JoinInput> rows, size_t join_values, size_t group_values,
                  std::vector<std::string> fields, const Hasher& hasher);
  ~AggregatedInput() override;

  bool Valid() const override { return next_ <= group_.size() && !group_.empty(); }
  void Next() override;
  const Status& status() const override { return rows_->status(); }
  const HashedRow& row() const override;
  std::string_view join_key() const override { return join_key_; }
  bool join_key_has_null() const override { return join_key_has_null_; }
  bool unique() const override { return false; }

 private:
  struct GroupHashes;
  class MemberRow;

  void LoadGroup();
  void CombineHashes();

  const std::unique_ptr<JoinInput> rows_;
  const size_t join_values_, group_values_;
  const std::vector<std::string> fields_;
  const Hasher hasher_;
  std::vector<std::unique_ptr<MemberRow>> group_;
  size_t next_ = 0;  // one past the row that it stands on
  std::string group_key_;
  std::string_view join_key_;
  bool join_key_has_null_ = false;
};

}  // namespace diotima
