#include <diotima/status_macros.h>
#include <diotima/text.h>

#include <set>

#include "codec/base/batch_builder.h"
#include "codec/base/column_types.h"
#include "codec/text/csv_record.h"
#include "codec/text/csv_value.h"
#include "codec/text/scalar.h"

namespace diotima {
namespace {

class CsvReader : public RowReader {
 public:
  CsvReader(std::FILE* file, TextOptions options)
      : options_(std::move(options)), records_(file, options_.source, options_.max_line_bytes) {}

  Result<bool> Read(RowBatch* batch) override;

 private:
  struct Column {
    std::string name;
    TextColumn text;
    bool guessed = false;  // the type was taken from the first cells
    size_t index = 0;      // in the batch
  };

  Status ReadHeader();
  Status ReadRecords(Arena* arena);
  Status CountCells() const;
  void GuessTypes();
  Status FillRow(size_t row, RowBatch* batch);
  bool single_column() const { return columns_.size() == 1; }

  TextOptions options_;
  CsvRecordReader records_;
  CsvValueReader values_;
  std::vector<Column> columns_;
  // The records of a batch: their cells one after another, and their lines.
  std::vector<CsvCell> cells_;
  std::vector<uint64_t> lines_;
};

Result<bool> CsvReader::Read(RowBatch* batch) {
  batch->Clear();
  BatchBuilder builder(batch);
  builder.SetSource(options_.source);
  if (columns_.empty()) DIOTIMA_TRY(ReadHeader());
  for (auto& column : columns_) column.index = batch->AddColumn(column.name);
  DIOTIMA_TRY(ReadRecords(builder.arena()));
  GuessTypes();
  for (size_t row = 0; row < lines_.size(); ++row) DIOTIMA_TRY(FillRow(row, batch));
  return !batch->empty();
}

Status CsvReader::ReadHeader() {
  Arena arena;
  cells_.clear();
  DIOTIMA_ASSIGN(bool found, records_.Read(false, &arena, &cells_));
  if (!found) {
    return Status::InvalidArgument(options_.source + ":1: expected a header with column names");
  }
  std::set<std::string_view> names;
  for (const auto& cell : cells_) {
    if (cell.null()) {
      return records_.lines().Locate(Status::InvalidArgument(
          "column " + std::to_string(names.size() + 1) + " of the header has no name"));
    }
    if (!names.insert(cell.text).second) {
      return records_.lines().Locate(Status::InvalidArgument("the header names the column " +
                                                             QuoteText(cell.text) + " twice"));
    }
    columns_.push_back({std::string(cell.text), FindTextColumn(cell.text, options_.types)});
  }
  return Status::Ok();
}

// Reads the cells of one batch. Their number is checked record by record, so that they need no
// marks.
Status CsvReader::ReadRecords(Arena* arena) {
  cells_.clear();
  lines_.clear();
  do {
    // An empty line of a file of one column is a null.
    DIOTIMA_ASSIGN(bool found, records_.Read(single_column(), arena, &cells_));
    if (!found) break;
    lines_.push_back(records_.lines().number());
    DIOTIMA_TRY(CountCells());
  } while (lines_.size() < options_.batch_rows && arena->bytes() < options_.batch_bytes);
  return Status::Ok();
}

Status CsvReader::CountCells() const {
  size_t count = cells_.size() - (lines_.size() - 1) * columns_.size();
  if (count == columns_.size()) return Status::Ok();
  return records_.lines().Locate(Status::InvalidArgument("the record has " + std::to_string(count) +
                                                         " cells, the header " +
                                                         std::to_string(columns_.size())));
}

// A column without a type takes it from the first batch in which it is not all null.
void CsvReader::GuessTypes() {
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].text.type.kind() != Kind::kNull) continue;
    CsvTypeGuess guess;
    for (size_t cell = i; cell < cells_.size(); cell += columns_.size()) guess.Add(cells_[cell]);
    columns_[i].text.type = guess.type();
    columns_[i].guessed = true;
  }
}

Status CsvReader::FillRow(size_t row, RowBatch* batch) {
  BatchBuilder builder(batch);
  batch->AddRow();
  builder.SetLine(lines_[row]);
  for (size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    Value value;
    Status status =
        values_.Read(cells_[row * columns_.size() + i], column.text, builder.arena(), &value);
    if (!status.ok()) {
      status = LocateColumn(status, column.name, column.text.type);
      std::string why = column.guessed ? " (the type was taken from the first rows: declare the "
                                         "column, as string if it holds names)"
                                       : "";
      return {status.code(),
              BatchBuilder::DescribeRow(*batch, row) + ": " + status.message() + why};
    }
    builder.SetBorrowed(column.index, value);
  }
  return Status::Ok();
}

}  // namespace

Result<std::unique_ptr<RowReader>> OpenCsv(std::FILE* file, TextOptions options) {
  if (file == nullptr) return Status::InvalidArgument("no file to read rows from");
  return std::unique_ptr<RowReader>(std::make_unique<CsvReader>(file, std::move(options)));
}

}  // namespace diotima
