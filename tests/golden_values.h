// Values of golden files to rows of the store and back, and their comparison
// (tests/golden/scenarios/README.md).
#pragma once

#include <diotima/row.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace diotima {

// `columns`: name → type text. A column that only some rows name is null in the others.
RowBatch ToBatch(const nlohmann::json& rows, const nlohmann::json& columns);

// A row without its nulls; `deleted` says whether metaxy_deleted_at is set.
nlohmann::json ToJson(const Row& row);

// As multisets; prints the rows that only one side has.
void CompareRows(const std::string& what, const nlohmann::json& expected,
                 const std::vector<nlohmann::json>& actual);

// A batch, read once.
class BatchReader : public RowReader {
 public:
  explicit BatchReader(RowBatch batch) : batch_(std::move(batch)) {}
  Result<bool> Read(RowBatch* batch) override {
    if (done_) return false;
    done_ = true;
    *batch = std::move(batch_);
    return true;
  }

 private:
  RowBatch batch_;
  bool done_ = false;
};

}  // namespace diotima
