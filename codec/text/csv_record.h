// Reads records of CSV.
#pragma once

#include <diotima/value.h>

#include <string>
#include <vector>

#include "codec/text/line_reader.h"

namespace diotima {

struct CsvCell {
  std::string_view text;
  bool quoted = false;
  // An empty cell is null; empty text has quotes.
  bool null() const { return text.empty() && !quoted; }
};

// Splits a file into cells by RFC 4180: quoted cells may hold newlines, and lines end in CRLF or
// LF.
class CsvRecordReader {
 public:
  CsvRecordReader(std::FILE* file, std::string source, size_t max_line_bytes)
      : lines_(file, std::move(source), max_line_bytes) {}

  // Appends the cells of the next record, with their text in `arena`. Returns false at the end.
  // Skips empty lines unless `keep_empty`.
  Result<bool> Read(bool keep_empty, Arena* arena, std::vector<CsvCell>* cells);

  // Returns the number of the first line of the current record.
  const LineReader& lines() const { return lines_; }

 private:
  Status ReadCells(std::string_view line, Arena* arena, std::vector<CsvCell>* cells);
  Status ReadQuoted(std::string_view* line, size_t* at, Arena* arena, std::vector<CsvCell>* cells);

  LineReader lines_;
  std::string cell_;
};

}  // namespace diotima
