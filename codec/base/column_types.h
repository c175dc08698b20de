// Finds the type by which text in a column is read.
#pragma once

#include <diotima/text.h>

namespace diotima {

struct TextColumn {
  Type type;                     // kNull: whatever the text shows
  bool numbers_as_text = false;  // the by-field maps: hashes may be written as numbers
};

// Returns the type of a column. System columns have their own types, whatever `types` says.
TextColumn FindTextColumn(std::string_view name, const ColumnTypes& types);

// Returns `status` with the column before its message: "column "a" (int64): …".
Status LocateColumn(const Status& status, std::string_view name, const Type& type);

}  // namespace diotima
