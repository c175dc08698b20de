// Reads JSON objects as rows of a batch.
#pragma once

#include <diotima/text.h>

#include <unordered_map>

#include "codec/base/column_types.h"
#include "codec/text/json_value.h"

namespace diotima {

// Remembers the columns and their order, because most lines repeat them.
class JsonRowReader {
 public:
  explicit JsonRowReader(ColumnTypes types) : types_(std::move(types)) {}

  // Starts a batch, after it was cleared.
  void Begin(RowBatch* batch);
  // Fills the last row of the batch. Messages name the column. `text` holds the object, and must
  // outlive the batch.
  Status Read(simdjson::ondemand::object object, std::string_view text);
  // Ends a batch: texts like "NaN" become doubles where their column has numbers.
  void End();

 private:
  static constexpr size_t kNone = SIZE_MAX;

  struct Column {
    std::string name;
    TextColumn text;
    bool plain = false;    // the name stands in JSON as it is
    size_t index = kNone;  // in the batch
    size_t next = kNone;   // the one that came after it last
    uint64_t row = 0;      // the last row that had it
    Type seen;             // of cells before, where the column has no type; null: not known
  };

  Status FindColumn(simdjson::ondemand::field& field, size_t* found);
  size_t AddColumn(std::string_view name);

  ColumnTypes types_;
  JsonValueReader values_;
  RowBatch* batch_ = nullptr;
  std::vector<Column> columns_;
  size_t first_ = kNone;  // the column that the last row began with
  std::unordered_map<std::string, size_t> by_name_;
  std::string name_;
  uint64_t row_ = 0;
};

}  // namespace diotima
