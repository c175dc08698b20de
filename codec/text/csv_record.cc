#include "codec/text/csv_record.h"

#include <diotima/status_macros.h>

#include "codec/base/simdjson_no_throw.h"

namespace diotima {
namespace {

// A line without the CR of its CRLF.
std::string_view WithoutReturn(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Status CheckUtf8(std::string_view text) {
  if (simdjson::validate_utf8(text)) return Status::Ok();
  return Status::InvalidArgument("invalid UTF-8");
}

}  // namespace

Result<bool> CsvRecordReader::Read(bool keep_empty, Arena* arena, std::vector<CsvCell>* cells) {
  std::string_view line;
  do {
    DIOTIMA_ASSIGN(bool found, lines_.Next(&line));
    if (!found) return false;
  } while (!keep_empty && WithoutReturn(line).empty());
  Status status = ReadCells(line, arena, cells);
  if (!status.ok()) return status.code() == StatusCode::kIoError ? status : lines_.Locate(status);
  return true;
}

Status CsvRecordReader::ReadCells(std::string_view line, Arena* arena,
                                  std::vector<CsvCell>* cells) {
  for (size_t at = 0;; ++at) {
    if (at < line.size() && line[at] == '"') {
      DIOTIMA_TRY(ReadQuoted(&line, &at, arena, cells));
      if (at < WithoutReturn(line).size() && line[at] != ',') {
        return Status::InvalidArgument("something follows the closing quote of cell " +
                                       std::to_string(cells->size()));
      }
    } else {
      size_t end = std::min(line.find(',', at), line.size());
      std::string_view text = line.substr(at, end - at);
      if (end == line.size()) text = WithoutReturn(text);
      if (text.find('"') != std::string_view::npos) {
        return Status::InvalidArgument(
            "a quote stands inside a cell that does not begin with one (write the cell in quotes, "
            "and "
            "its own quotes twice)");
      }
      cells->push_back({arena->Copy(text)});
      at = end;
    }
    if (at >= WithoutReturn(line).size()) return CheckUtf8(line);
  }
}

// Reads the cell that begins with the quote at `at`, which moves to behind the closing one; `line`
// becomes longer where the cell has newlines.
Status CsvRecordReader::ReadQuoted(std::string_view* line, size_t* at, Arena* arena,
                                   std::vector<CsvCell>* cells) {
  cell_.clear();
  ++*at;
  while (true) {
    size_t quote = line->find('"', *at);
    if (quote == std::string_view::npos) {
      cell_.append(line->substr(*at));
      *at = line->size();
      auto extended = lines_.Extend(line);
      if (!extended.ok()) return extended.status();
      if (!*extended) return Status::InvalidArgument("a quoted cell is not closed");
      continue;
    }
    cell_.append(line->substr(*at, quote - *at));
    *at = quote + 1;
    if (*at >= line->size() || (*line)[*at] != '"') break;
    cell_.push_back('"');
    ++*at;
  }
  cells->push_back({arena->Copy(cell_), true});
  return Status::Ok();
}

}  // namespace diotima
