// Parses cells of CSV to values.
#pragma once

#include "codec/base/column_types.h"
#include "codec/text/csv_record.h"
#include "codec/text/json_value.h"

namespace diotima {

class CsvValueReader {
 public:
  // Parses a cell as a value of the type of its column. The value borrows from `arena`, as the cell
  // does.
  Status Read(const CsvCell& cell, const TextColumn& column, Arena* arena, Value* out);

 private:
  Status ReadNested(const CsvCell& cell, const TextColumn& column, Arena* arena, Value* out);

  JsonValueReader values_;
  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  std::string json_;
  std::string scratch_;
};

// Guesses the type of a column: the narrowest one that holds all of its cells.
class CsvTypeGuess {
 public:
  void Add(const CsvCell& cell);
  // Returns bool, int64, uint64, double or string; kNull if all cells are null.
  Type type() const;

 private:
  bool any_ = false;
  bool number_ = false;  // one that is more than "NaN"
  bool bools_ = true;
  bool int64s_ = true;
  bool uint64s_ = true;
  bool doubles_ = true;
};

}  // namespace diotima
