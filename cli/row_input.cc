#include "cli/row_input.h"

#include "codec/status_macros.h"

namespace diotima::cli {

Result<RowInput> OpenRows(const std::string& path, const std::string& format, ColumnTypes types) {
  RowInput opened;
  DIOTIMA_ASSIGN(opened.input, Input::Open(path));
  TextOptions options;
  options.types = std::move(types);
  options.source = path;
  const bool csv = format == "csv" || (format.empty() && path.ends_with(".csv"));
  std::FILE* file = opened.input->file();
  DIOTIMA_ASSIGN(opened.rows, csv ? OpenCsv(file, options) : OpenJsonLines(file, options));
  return opened;
}

}  // namespace diotima::cli
