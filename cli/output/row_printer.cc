#include "cli/output/row_printer.h"

#include <diotima/status_macros.h>
#include <diotima/text.h>

#include "cli/output/display_width.h"

namespace diotima::cli {

TableCell CellOf(const Value& value) {
  if (value.null()) return {};
  if (value.kind() == Kind::kString) return {OneLine(value.unchecked_text()), false};
  std::string text;
  AppendJson(value, &text);
  const bool number = value.kind() == Kind::kInt64 || value.kind() == Kind::kUint64 ||
                      value.kind() == Kind::kDouble;
  if (text.size() > 1 && text.front() == '"') text = text.substr(1, text.size() - 2);
  return {OneLine(text), number};
}

RowPrinter::RowPrinter(Output* output, Format format, const Schema& schema)
    : output_(output), format_(format), records_(output, format) {
  if (format == Format::kCsv) AppendCsvHeader(schema, &line_);
  if (format != Format::kTable) return;
  std::vector<std::string> header;
  for (const auto& column : schema.columns()) header.push_back(OneLine(column.name));
  table_ = std::make_unique<Table>(output, std::move(header));
}

Status RowPrinter::Print(const Row& row) {
  if (format_ == Format::kCsv) {
    AppendCsvRow(row, &line_);
    const Status status = output_->Write(line_);
    line_.clear();
    return status;
  }
  if (format_ == Format::kTable) {
    std::vector<TableCell> cells;
    for (size_t i = 0; i < row.schema().size(); ++i) cells.push_back(CellOf(row.Get(i)));
    return table_->AddRow(std::move(cells));
  }
  AppendJsonRow(row, records_.Begin());
  return records_.Add();
}

Status RowPrinter::End() {
  DIOTIMA_TRY(output_->Write(line_));
  line_.clear();
  return table_ ? table_->End() : format_ == Format::kCsv ? Status::Ok() : records_.End();
}

}  // namespace diotima::cli
