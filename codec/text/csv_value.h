// Cells of CSV to values.
#pragma once

#include "codec/base/column_types.h"
#include "codec/text/csv_record.h"
#include "codec/text/json_value.h"

namespace diotima {

class CsvValueReader {
 public:
  // The cell as a value of the column's type; what it borrows is in `arena`, as the cell is.
  Status Read(const CsvCell& cell, const TextColumn& column, Arena* arena, Value* out);

 private:
  Status ReadNested(const CsvCell& cell, const TextColumn& column, Arena* arena, Value* out);

  JsonValueReader values_;
  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  std::string json_;
  std::string scratch_;
};

// Finds the type of a column from its cells: the narrowest that holds all of them.
class CsvTypeGuess {
 public:
  void Add(const CsvCell& cell);
  // bool, int64, uint64, double or string; kNull where all cells are null.
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
