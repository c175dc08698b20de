// Keeps rows of the samples of a set.
#pragma once

#include <diotima/sample_set.h>

#include <memory>
#include <string>
#include <vector>

#include "codec/row/key.h"

namespace diotima {

// Not thread-safe.
class SampleFilter {
 public:
  SampleFilter() = default;  // every row matches
  // `columns` are those of the set, as places in the rows.
  SampleFilter(std::shared_ptr<const SampleSet> samples, std::vector<size_t> columns)
      : samples_(std::move(samples)), columns_(std::move(columns)) {}

  // Finds the columns of the set in rows of `schema`. kSchemaMismatch, which names `feature`, where
  // one is not there, or is of another type.
  static Result<SampleFilter> Bind(std::shared_ptr<const SampleSet> samples, const Schema& schema,
                                   const std::string& feature);

  const std::vector<size_t>& columns() const { return columns_; }
  bool Matches(const Row& row) {
    if (!samples_) return true;
    tuple_.clear();
    for (const size_t column : columns_) {
      const Value value = row.Get(column);
      if (value.null()) return false;
      AppendTupleValue(value, &tuple_);
    }
    return samples_->Contains(tuple_);
  }

 private:
  std::shared_ptr<const SampleSet> samples_;
  std::vector<size_t> columns_;
  std::string tuple_;
};

}  // namespace diotima
