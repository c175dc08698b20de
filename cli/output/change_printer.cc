#include "cli/output/change_printer.h"

#include <diotima/status_macros.h>
#include <diotima/text.h>

#include <algorithm>

#include "cli/output/display_width.h"
#include "cli/output/row_printer.h"

namespace diotima::cli {
namespace {

constexpr char kChangeColumn[] = "change";

const Schema& CsvSchema() {
  static const Schema schema({{kChangeColumn, Type(Kind::kString)}, {"row", Type(Kind::kString)}});
  return schema;
}

class CsvChange : public Row {
 public:
  CsvChange(std::string_view change, std::string_view row) : change_(change), row_(row) {}
  const Schema& schema() const override { return CsvSchema(); }
  using Row::Get;
  Value Get(size_t column) const override { return Value::String(column == 0 ? change_ : row_); }

 private:
  const std::string_view change_, row_;
};

}  // namespace

ChangePrinter::ChangePrinter(Output* output, Format format)
    : output_(output), format_(format), records_(output, format), names_({kChangeColumn}) {
  if (format == Format::kCsv) AppendCsvHeader(CsvSchema(), &line_);
}

Status ChangePrinter::Print(Change change, const Row& row) {
  if (format_ == Format::kCsv) return PrintCsv(change, row);
  if (format_ == Format::kTable) return AddToTable(change, row);
  std::string* text = records_.Begin();
  *text += "{\"change\":\"";
  *text += ChangeName(change);
  *text += "\",\"row\":";
  AppendJsonRow(row, text);
  *text += '}';
  return records_.Add();
}

Status ChangePrinter::PrintCsv(Change change, const Row& row) {
  text_.clear();
  AppendJsonRow(row, &text_);
  AppendCsvRow(CsvChange(ChangeName(change), text_), &line_);
  const Status status = output_->Write(line_);
  line_.clear();
  return status;
}

Status ChangePrinter::AddToTable(Change change, const Row& row) {
  Cells cells;
  cells[kChangeColumn] = {std::string(ChangeName(change)), false};
  for (size_t i = 0; i < row.schema().size(); ++i) {
    const std::string& name = row.schema()[i].name;
    if (!table_ && std::find(names_.begin(), names_.end(), name) == names_.end()) {
      names_.push_back(name);
    }
    cells.emplace(name, CellOf(row.Get(i)));
  }
  if (table_) return PrintCells(cells);
  first_.push_back(std::move(cells));
  return first_.size() < 1000 ? Status::Ok() : StartTable();
}

Status ChangePrinter::StartTable() {
  std::vector<std::string> header;
  for (const auto& name : names_) header.push_back(OneLine(name));
  table_ = std::make_unique<Table>(output_, std::move(header));
  for (const auto& cells : first_) DIOTIMA_TRY(PrintCells(cells));
  first_.clear();
  return Status::Ok();
}

Status ChangePrinter::PrintCells(const Cells& cells) {
  std::vector<TableCell> line;
  for (const auto& name : names_) {
    const auto cell = cells.find(name);
    line.push_back(cell == cells.end() ? TableCell() : cell->second);
  }
  return table_->AddRow(std::move(line));
}

Status ChangePrinter::End() {
  if (format_ == Format::kCsv) {
    DIOTIMA_TRY(output_->Write(line_));
    line_.clear();
    return Status::Ok();
  }
  if (format_ != Format::kTable) return records_.End();
  if (!table_) DIOTIMA_TRY(StartTable());
  return table_->End();
}

}  // namespace diotima::cli
