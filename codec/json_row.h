// JSON objects to rows of a batch.
#pragma once

#include <diotima/text.h>

#include <unordered_map>

#include "column_types.h"
#include "json_value.h"

namespace diotima {

// Remembers the columns it has seen, and in which order: lines mostly repeat it.
class JsonRowReader {
 public:
  explicit JsonRowReader(ColumnTypes types) : types_(std::move(types)) {}

  // To be called for each batch to fill, after it was cleared.
  void Begin(RowBatch* batch);
  // Fills the last row of the batch. Messages name the column.
  Status Read(simdjson::ondemand::object object);

 private:
  static constexpr size_t kNone = SIZE_MAX;

  struct Column {
    std::string name;
    TextColumn text;
    bool plain = false;    // the name stands in JSON as it is
    size_t index = kNone;  // in the batch
    uint64_t row = 0;      // the last row that had it
  };

  Result<size_t> FindColumn(simdjson::ondemand::field& field, size_t expected);
  size_t AddColumn(std::string_view name);

  ColumnTypes types_;
  JsonValueReader values_;
  RowBatch* batch_ = nullptr;
  std::vector<Column> columns_;
  std::vector<size_t> order_;  // of the columns in the last row
  std::unordered_map<std::string, size_t> by_name_;
  std::string name_;
  uint64_t row_ = 0;
};

}  // namespace diotima
