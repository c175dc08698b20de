#include "graph/increment/increment.h"

#include <algorithm>

namespace diotima {

// ---- GroupReader

GroupReader::GroupReader(std::unique_ptr<JoinInput> input) : input_(std::move(input)) { ReadKey(); }

void GroupReader::ReadKey() {
  valid_ = input_ && input_->Valid();
  if (valid_) key_ = input_->join_key();
}

void GroupReader::Next() {
  input_->Next();
  ReadKey();
}

const Status& GroupReader::status() const {
  static const Status kOk;
  return input_ ? input_->status() : kOk;
}

void GroupReader::SkipTo(std::string_view key) {
  while (valid_ && key_ < key) Next();
}

void GroupReader::SkipGroup() {
  group_key_ = key_;
  while (valid_ && key_ == group_key_) Next();
}

void GroupReader::Take() {
  rows_.clear();
  copies_.clear();
  in_place_ = input_->unique();
  if (in_place_) {
    rows_.push_back(&input_->row());
    return;
  }
  group_key_ = key_;
  for (; valid_ && key_ == group_key_; Next()) {
    copies_.push_back(input_->row().Clone());
    rows_.push_back(copies_.back().get());
  }
}

void GroupReader::Drop() {
  if (in_place_) Next();
  in_place_ = false;
  rows_.clear();
}

// ---- Rows

// A new or stale row: the joined columns and the four hash columns.
class IncrementCursor::ExpectedRow : public Row {
 public:
  explicit ExpectedRow(const IncrementCursor* cursor) : cursor_(*cursor) {
    std::vector<Column> columns;
    for (const auto& output : cursor_.plan_.output) columns.push_back(output.column);
    for (const SystemColumn column : kHashColumns) columns.push_back(GetSystemColumn(column));
    schema_ = Schema(std::move(columns));
  }

  const Schema& schema() const override { return schema_; }
  using Row::Get;
  Value Get(size_t column) const override {
    const auto& output = cursor_.plan_.output;
    if (column >= output.size()) return Hash(kHashColumns[column - output.size()]);
    for (const ColumnRef& source : output[column].sources) {
      const HashedRow* row = cursor_.combination_[source.dep];
      if (row != nullptr) return row->Get(source.column);
    }
    return Value::Null();
  }
  void Reset() { made_ = false; }

 private:
  // The data version of an expected row is that of its provenance.
  Value Hash(SystemColumn column) const {
    if (cursor_.options_.samples) {
      return cursor_.combination_[0]->Get(GetSystemColumn(column).name);
    }
    if (column == SystemColumn::kProvenance || column == SystemColumn::kDataVersion) {
      return cursor_.hashes_.row.ToValue();
    }
    if (!made_) MakeMap();
    return map_;
  }
  void MakeMap() const {
    const auto& fields = cursor_.hasher_->fields();
    items_.resize(2 * fields.size());
    for (size_t i = 0; i < fields.size(); ++i) {
      items_[2 * i] = Value::String(fields[i]);
      items_[2 * i + 1] = cursor_.hashes_.by_field[i].ToValue();
    }
    map_ = Value::Map(items_.data(), fields.size());
    made_ = true;
  }

  const IncrementCursor& cursor_;
  Schema schema_;
  mutable bool made_ = false;
  mutable std::vector<Value> items_;
  mutable Value map_;
};

// ---- IncrementCursor

IncrementCursor::IncrementCursor(IncrementPlan plan, std::unique_ptr<ProvenanceHasher> hasher,
                                 std::vector<std::unique_ptr<JoinInput>> deps,
                                 std::unique_ptr<JoinInput> current, IncrementOptions options)
    : plan_(std::move(plan)),
      hasher_(std::move(hasher)),
      current_(std::move(current)),
      options_(std::move(options)) {
  for (size_t i = 0; i < deps.size(); ++i) {
    const bool optional = !options_.samples && plan_.deps[i].dep->optional;
    (optional ? optional_ : required_).push_back(i);
    deps_.emplace_back(std::move(deps[i]));
  }
  taken_.resize(deps_.size());
  odometer_.resize(deps_.size());
  combination_.resize(deps_.size());
  expected_row_ = std::make_unique<ExpectedRow>(this);
  Step();
}

IncrementCursor::~IncrementCursor() = default;

const Schema& IncrementCursor::schema() const { return expected_row_->schema(); }

void IncrementCursor::Step() {
  valid_ = false;
  if (!status_.ok()) return;
  do {
    if (NextInGroup()) {
      valid_ = true;
      return;
    }
  } while (NextGroup());
  status_ = InputStatus();
}

Status IncrementCursor::InputStatus() const {
  for (const auto& dep : deps_) {
    if (!dep.Valid() && !dep.status().ok()) return dep.status();
  }
  return current_.Valid() ? Status::Ok() : current_.status();
}

bool IncrementCursor::NextInGroup() {
  while (in_expected_ && NextCombination()) {
    if (EmitExpected()) return true;
  }
  in_expected_ = false;
  return in_orphans_ && EmitOrphan();
}

// Whichever comes first: the next expected key, or the next current one.
bool IncrementCursor::NextGroup() {
  DropGroup();
  const bool expected = AlignDeps();
  // An input that ended for damage must not make current rows orphans.
  if (!InputStatus().ok()) return false;
  if (!expected && !current_.Valid()) return false;
  if (expected && (!current_.Valid() || key_ < current_.key())) {
    TakeGroup(false);
  } else if (expected && key_ == current_.key()) {
    TakeGroup(!key_has_null_);
  } else {
    current_.Take();
    current_taken_ = in_orphans_ = true;
    counted_ = false;
    next_orphan_ = 0;
  }
  return InputStatus().ok();
}

bool IncrementCursor::AlignDeps() { return required_.empty() ? AlignOptional() : AlignRequired(); }

bool IncrementCursor::AlignRequired() {
  for (;;) {
    for (size_t i : required_) {
      if (!deps_[i].Valid()) return false;
    }
    key_ = deps_[required_[0]].key();
    bool same = true;
    for (size_t i : required_) {
      if (deps_[i].key() == key_) continue;
      same = false;
      if (deps_[i].key() > key_) key_ = deps_[i].key();
    }
    if (!same) {
      for (size_t i : required_) deps_[i].SkipTo(key_);
      continue;
    }
    key_has_null_ = deps_[required_[0]].key_has_null();
    if (!key_has_null_ || required_.size() == 1) break;
    for (size_t i : required_) deps_[i].SkipGroup();
  }
  for (size_t i : required_) taken_[i] = true;
  for (size_t i : optional_) {
    deps_[i].SkipTo(key_);
    taken_[i] = !key_has_null_ && deps_[i].Valid() && deps_[i].key() == key_;
  }
  return true;
}

bool IncrementCursor::AlignOptional() {
  bool any = false;
  for (size_t i : optional_) {
    if (!deps_[i].Valid() || (any && deps_[i].key() >= key_)) continue;
    key_ = deps_[i].key();
    key_has_null_ = deps_[i].key_has_null();
    any = true;
  }
  bool taken = false;
  for (size_t i : optional_) {
    // Rows with a null key match nothing, not each other either.
    taken_[i] = any && deps_[i].Valid() && deps_[i].key() == key_ && !(taken && key_has_null_);
    taken = taken || taken_[i];
  }
  return any;
}

void IncrementCursor::TakeGroup(bool with_current) {
  for (size_t i = 0; i < deps_.size(); ++i) {
    if (taken_[i]) deps_[i].Take();
    odometer_[i] = 0;
  }
  in_expected_ = first_combination_ = true;
  counted_ = false;
  if (with_current) {
    current_.Take();
    current_taken_ = true;
    CompareWithCurrent();
  }
  if (key_has_null_) {
    if (counted_null_key_ && null_key_ == key_) {
      counted_ = true;
      return;
    }
    counted_null_key_ = true;
    null_key_ = key_;
  }
  ++counts_.keys;
  if (!with_current || options_.skip_comparison) ++counts_.new_keys;
}

void IncrementCursor::CompareWithCurrent() {
  CurrentGroup& group = current_group_;
  group.size = 0;
  group.forced = false;
  for (const HashedRow* row : current_.rows()) {
    if (group.provenance.size() == group.size) group.provenance.emplace_back();
    std::string& provenance = group.provenance[group.size++];
    provenance.clear();
    if (!row->AppendProvenance(&provenance)) group.forced = true;
    for (const auto& predicate : options_.staleness_predicates) {
      group.forced = group.forced || predicate.Matches(*row);
    }
  }
}

void IncrementCursor::DropGroup() {
  for (size_t i = 0; i < deps_.size(); ++i) {
    if (taken_[i]) deps_[i].Drop();
    taken_[i] = false;
  }
  if (current_taken_) current_.Drop();
  current_taken_ = in_orphans_ = in_expected_ = false;
}

bool IncrementCursor::NextCombination() {
  if (!first_combination_) {
    size_t i = 0;
    for (; i < deps_.size(); ++i) {
      if (!taken_[i]) continue;
      if (++odometer_[i] < deps_[i].rows().size()) break;
      odometer_[i] = 0;
    }
    if (i == deps_.size()) return false;
  }
  first_combination_ = false;
  for (size_t i = 0; i < deps_.size(); ++i) {
    combination_[i] = taken_[i] ? deps_[i].rows()[odometer_[i]] : nullptr;
  }
  return true;
}

// Counts a row that comes out, and its sample once.
void IncrementCursor::Count(uint64_t* samples) {
  ++counts_.rows;
  if (!counted_) ++*samples;
  counted_ = true;
}

bool IncrementCursor::EmitExpected() {
  if (options_.distinct && counted_) return false;
  if (options_.samples) {
    hashes_.row.text.clear();
    hashes_.row.null = !combination_[0]->AppendProvenance(&hashes_.row.text);
  } else {
    hasher_->Compute(combination_, &hashes_);
  }
  if (!current_taken_ || options_.skip_comparison) {
    change_ = Change::kNew;
    Count(&counts_.new_samples);
  } else if (IsStale()) {
    change_ = Change::kStale;
    Count(&counts_.stale_samples);
  } else {
    return false;
  }
  expected_row_->Reset();
  row_ = expected_row_.get();
  return true;
}

bool IncrementCursor::IsStale() const {
  if (current_group_.forced) return true;
  if (hashes_.row.null) return false;
  for (size_t i = 0; i < current_group_.size; ++i) {
    if (current_group_.provenance[i] != hashes_.row.text) return true;
  }
  return false;
}

bool IncrementCursor::EmitOrphan() {
  if (options_.skip_comparison || next_orphan_ >= current_.rows().size()) return false;
  row_ = current_.rows()[next_orphan_++];
  if (options_.distinct) next_orphan_ = current_.rows().size();
  if (options_.orphaned_keys_only) {
    next_orphan_ = current_.rows().size();
    std::vector<size_t> columns;
    for (const auto& name : plan_.join_columns) columns.push_back(*row_->schema().Find(name));
    key_row_ = std::make_unique<ColumnView>(row_->schema(), std::move(columns));
    key_row_->Set(row_);
    row_ = key_row_.get();
  }
  change_ = Change::kOrphaned;
  Count(&counts_.orphaned_samples);
  return true;
}

std::string_view ChangeName(Change change) {
  switch (change) {
    case Change::kNew:
      return "new";
    case Change::kStale:
      return "stale";
    case Change::kOrphaned:
      return "orphaned";
  }
  return "unknown";
}

}  // namespace diotima
