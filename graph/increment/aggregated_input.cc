#include "graph/increment/aggregated_input.h"

#include <algorithm>

#include "codec/row/key.h"

namespace diotima {
namespace {

// The first `values` values of a tuple; whether one of them is null.
std::string_view TuplePrefix(std::string_view tuple, size_t values, bool* has_null) {
  std::string_view rest = tuple;
  *has_null = false;
  for (size_t i = 0; i < values; ++i) {
    Value value;
    TakeTupleValue(&rest, &value, nullptr);
    *has_null = *has_null || value.null();
  }
  return tuple.substr(0, tuple.size() - rest.size());
}

}  // namespace

struct AggregatedInput::GroupHashes {
  std::vector<std::string> fields;
  std::vector<std::string> hashes;
  std::vector<bool> null;
};

// A row with the data versions of its group.
class AggregatedInput::MemberRow : public HashedRow {
 public:
  explicit MemberRow(std::shared_ptr<const HashedRow> row) : row_(std::move(row)) {}
  void SetGroup(std::shared_ptr<const GroupHashes> group) { group_ = std::move(group); }

  const Schema& schema() const override { return row_->schema(); }
  using Row::Get;
  Value Get(size_t column) const override { return row_->Get(column); }
  bool AppendDataVersion(std::string_view field, std::string* out) const override {
    const auto it = std::find(group_->fields.begin(), group_->fields.end(), field);
    if (it == group_->fields.end()) return false;
    const auto index = static_cast<size_t>(it - group_->fields.begin());
    if (group_->null[index]) return false;
    out->append(group_->hashes[index]);
    return true;
  }
  // The row's own data version, not its group's.
  bool AppendOwn(std::string_view field, std::string* out) const {
    return row_->AppendDataVersion(field, out);
  }
  bool AppendProvenance(std::string* out) const override { return row_->AppendProvenance(out); }
  std::unique_ptr<HashedRow> Clone() const override { return std::make_unique<MemberRow>(*this); }

 private:
  std::shared_ptr<const HashedRow> row_;
  std::shared_ptr<const GroupHashes> group_;
};

AggregatedInput::AggregatedInput(std::unique_ptr<JoinInput> rows, size_t join_values,
                                 size_t group_values, std::vector<std::string> fields,
                                 const Hasher& hasher)
    : rows_(std::move(rows)),
      join_values_(join_values),
      group_values_(group_values),
      fields_(std::move(fields)),
      hasher_(hasher) {
  LoadGroup();
}

AggregatedInput::~AggregatedInput() = default;

const HashedRow& AggregatedInput::row() const { return *group_[next_ - 1]; }

void AggregatedInput::Next() {
  if (++next_ > group_.size()) LoadGroup();
}

void AggregatedInput::LoadGroup() {
  group_.clear();
  next_ = 1;
  if (!rows_->Valid()) return;
  bool ignored = false;
  group_key_ = TuplePrefix(rows_->join_key(), group_values_, &ignored);
  join_key_ = TuplePrefix(group_key_, join_values_, &join_key_has_null_);
  while (rows_->Valid() && TuplePrefix(rows_->join_key(), group_values_, &ignored) == group_key_) {
    group_.push_back(std::make_unique<MemberRow>(rows_->row().Clone()));
    rows_->Next();
  }
  // Half a group would be a wrong hash.
  if (!rows_->status().ok()) {
    group_.clear();
    return;
  }
  CombineHashes();
}

void AggregatedInput::CombineHashes() {
  auto hashes = std::make_shared<GroupHashes>();
  hashes->fields = fields_;
  std::string joined;
  for (const auto& field : fields_) {
    joined.clear();
    bool any = false;
    for (const auto& member : group_) {
      const size_t before = joined.size();
      if (any) joined.push_back('|');
      if (member->AppendOwn(field, &joined)) {
        any = true;
      } else {
        joined.resize(before);
      }
    }
    hashes->null.push_back(!any);
    hashes->hashes.push_back(any ? hasher_.Hash(joined) : "");
  }
  for (auto& member : group_) member->SetGroup(hashes);
}

}  // namespace diotima
