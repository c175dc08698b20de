// Cells of the model: JSON values, so that rows are compared and printed as they are.
#pragma once

#include <diotima/row.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace diotima::model {

using nlohmann::json;

// One row: a column that is not there is absent, one that is null is null. Times are
// {"$timestamp": micros} and {"$date": days}, bytes {"$bytes": hex}, maps {"$map": [[k, v], …]} to
// keep their order, structs objects; but the two by-field maps are objects.
using Cells = std::map<std::string, json>;

bool IsHashMap(const std::string& column);

json Timestamp(int64_t micros);
// Null where the cell is null or absent.
const json& Cell(const Cells& row, const std::string& column);

// `type` tells numbers apart.
Value ToValue(const json& cell, const Type& type, Arena* arena);
json FromValue(const Value& value, bool hash_map = false);

// All columns but those that are null.
Cells FromRow(const Row& row);
Cells WithoutNulls(const Cells& row);

// A batch of rows: columns are those that any row has. `types` knows all user columns.
RowBatch ToBatch(const std::vector<Cells>& rows, const std::map<std::string, Type>& types);

std::string ToText(const Cells& row);

}  // namespace diotima::model
