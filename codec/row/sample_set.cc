#include <diotima/sample_set.h>
#include <diotima/status_macros.h>
#include <xxhash.h>

#include <optional>

#include "codec/base/batch_builder.h"
#include "codec/row/key.h"

namespace diotima {
namespace {

constexpr size_t kFirstSlots = 1024;  // a power of two, as each number of slots

}  // namespace

SampleSet::SampleSet(std::vector<std::string> columns)
    : columns_(std::move(columns)), kinds_(columns_.size(), Kind::kNull), slots_(kFirstSlots) {}

Result<std::shared_ptr<const SampleSet>> SampleSet::Read(RowReader& rows,
                                                         std::vector<std::string> columns) {
  std::shared_ptr<SampleSet> set(new SampleSet(std::move(columns)));
  RowBatch batch;
  for (;;) {
    DIOTIMA_ASSIGN(const bool more, rows.Read(&batch));
    if (!more) return std::shared_ptr<const SampleSet>(std::move(set));
    DIOTIMA_TRY(set->Add(batch));
  }
}

Result<std::shared_ptr<const SampleSet>> SampleSet::Of(const RowBatch& rows,
                                                       std::vector<std::string> columns) {
  std::shared_ptr<SampleSet> set(new SampleSet(std::move(columns)));
  DIOTIMA_TRY(set->Add(rows));
  return std::shared_ptr<const SampleSet>(std::move(set));
}

Status SampleSet::Add(const RowBatch& rows) {
  std::vector<std::optional<size_t>> places;
  for (const auto& name : columns_) places.push_back(rows.FindColumn(name));
  std::string tuple;
  for (size_t row = 0; row < rows.rows(); ++row) {
    tuple.clear();
    const auto problem = [&](size_t column, const std::string& what) {
      return Status::InvalidArgument(BatchBuilder::DescribeRow(rows, row) + ": the column '" +
                                     columns_[column] + "' " + what);
    };
    for (size_t i = 0; i < columns_.size(); ++i) {
      const Value value = places[i] ? rows.Get(row, *places[i]) : Value::Absent();
      if (value.null()) return problem(i, "is missing, by which samples are named");
      if (value.kind() >= Kind::kList) return problem(i, "is nested: it cannot name a sample");
      if (!SameKeyKind(kinds_[i], value.kind())) {
        return problem(i, "is " + Type(value.kind()).ToString() + ", and " +
                              Type(kinds_[i]).ToString() + " in the rows before");
      }
      if (kinds_[i] == Kind::kNull) kinds_[i] = value.kind();
      AppendTupleValue(value, &tuple);
    }
    const size_t slot = FindSlot(tuple);
    if (slots_[slot] != 0) continue;
    tuples_.append(tuple);
    slots_[slot] = tuples_.size() - tuple.size() + 1;
    if (++size_ * 4 > slots_.size() * 3) Grow();
  }
  return Status::Ok();
}

size_t SampleSet::FindSlot(std::string_view tuple) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = XXH3_64bits(tuple.data(), tuple.size()) & mask;
  // No tuple is the beginning of another one.
  while (slots_[slot] != 0 && tuples_.compare(slots_[slot] - 1, tuple.size(), tuple) != 0) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

void SampleSet::Grow() {
  const std::vector<uint64_t> before(std::move(slots_));
  slots_.assign(2 * before.size(), 0);
  for (const uint64_t place : before) {
    if (place == 0) continue;
    std::string_view rest = std::string_view(tuples_).substr(place - 1);
    const std::string_view tuple = rest;
    for (size_t i = 0; i < columns_.size(); ++i) SkipTupleValue(&rest);
    slots_[FindSlot(tuple.substr(0, tuple.size() - rest.size()))] = place;
  }
}

bool SampleSet::Contains(std::string_view tuple) const { return slots_[FindSlot(tuple)] != 0; }

}  // namespace diotima
