// Rows as text: JSON Lines and CSV, read and written. What is written can be read back.
#pragma once

#include <diotima/export.h>
#include <diotima/row.h>
#include <diotima/time.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace diotima {

// Returns the type of a column, if a store or a definition declares it. Values of other columns
// keep the type that they show. In JSON, true and false are bool; integers are int64, or uint64
// beyond it; other numbers are double; arrays are lists; objects are structs. CSV cells are bool,
// int64, uint64, double or else string, whichever fits all cells of the column in the first batch.
// System columns always have their own types.
using ColumnTypes = std::function<std::optional<Type>(std::string_view column)>;
// Returns the same for each feature of a mixed stream.
using FeatureTypes = std::function<ColumnTypes(std::string_view feature)>;

struct TextOptions {
  ColumnTypes types = nullptr;
  std::string source = "-";              // the file's name, for messages
  size_t batch_rows = 4096;              // a batch ends at so many rows
  size_t batch_bytes = size_t{8} << 20;  // or so many bytes
  size_t max_line_bytes = size_t{64} << 20;
};

// The readers below borrow `file`, which must stay open; they read it in bounded memory (a batch
// and a line). Every error of text names source and line, and the column where there is one:
// kInvalidArgument for text that is not in the format (also a key that occurs twice, invalid UTF-8,
// a number beyond 64 bits), kSchemaMismatch for a value that does not fit its column's type,
// kIoError when reading fails. After an error a reader must not be used again. Values of typed
// columns:
// - doubles: any number that a double holds exactly if it is an integer; "NaN", "Infinity",
//   "-Infinity";
// - timestamps and dates: ISO-8601 text, taken as UTC without a zone; bytes: base64;
// - maps: an object, or an array of [key, value] pairs; structs: an object of known members;
// - the by-field maps: numbers too, which become text as they are written.

// Opens a reader of one object a line. It skips empty lines. A key that a line leaves out is an
// absent cell.
DIOTIMA_EXPORT Result<std::unique_ptr<RowReader>> OpenJsonLines(std::FILE* file,
                                                                TextOptions options);

// Opens a reader of RFC 4180 with a header. An empty cell is null, and a quoted empty cell is empty
// text; cells of nested columns hold JSON. It skips empty lines, except in a file of one column,
// where an empty line is a cell.
DIOTIMA_EXPORT Result<std::unique_ptr<RowReader>> OpenCsv(std::FILE* file, TextOptions options);

// A stream of rows of several features.
class DIOTIMA_EXPORT MultiReader {
 public:
  virtual ~MultiReader() = default;
  // Clears `batch` and fills it with the next rows, all of one feature, up to a bounded number.
  // Returns false at the end.
  virtual Result<bool> Read(std::string* feature, RowBatch* batch) = 0;
};

// Opens a reader of lines `{"feature": "a/b", "row": {…}}`. It does not use `options.types`.
DIOTIMA_EXPORT Result<std::unique_ptr<MultiReader>> OpenMultiJsonLines(std::FILE* file,
                                                                       FeatureTypes types,
                                                                       TextOptions options);

// Appends a value as JSON: doubles in the shortest form that reads back to the same (with a point
// or an exponent), NaN and infinities as the strings above; maps whose keys are not text (or occur
// twice) as an array of pairs. Invalid UTF-8 becomes U+FFFD.
DIOTIMA_EXPORT void AppendJson(const Value& value, std::string* out);
// Appends text as a JSON string.
DIOTIMA_EXPORT void AppendJsonString(std::string_view text, std::string* out);
// Appends an object of all columns of the schema, nulls included; no newline.
DIOTIMA_EXPORT void AppendJsonRow(const Row& row, std::string* out);

// Append a line and its newline.
DIOTIMA_EXPORT void AppendCsvHeader(const Schema& schema, std::string* out);
DIOTIMA_EXPORT void AppendCsvRow(const Row& row, std::string* out);

// Parses a date or time in ISO-8601. Returns kInvalidArgument for any other text, and for a time
// that microseconds do not hold.
DIOTIMA_EXPORT Result<Time> ParseTimestamp(std::string_view text);
// Returns `2024-01-01T00:00:00.000000Z`.
DIOTIMA_EXPORT std::string TimestampText(Time time);

// Parses numbers with the units `w d h m s`, as `30d` or `1h30m`. Returns kInvalidArgument for any
// other text.
DIOTIMA_EXPORT Result<Duration> ParseDuration(std::string_view text);
// Returns the duration in the largest unit that leaves no fraction: `90s`.
DIOTIMA_EXPORT std::string DurationText(Duration duration);

}  // namespace diotima
