#include "cli/input/row_input.h"

#include <diotima/status_macros.h>

#include "codec/text/read_ahead.h"

namespace diotima::cli {
namespace {

std::function<void()> Canceller(Input* input) {
  return [input] { input->Cancel(); };
}

}  // namespace

Result<RowInput> OpenRows(const std::string& path, const std::string& format, ColumnTypes types) {
  RowInput opened;
  DIOTIMA_ASSIGN(opened.input, Input::Open(path));
  TextOptions options;
  options.types = std::move(types);
  options.source = path;
  const bool csv = format == "csv" || (format.empty() && path.ends_with(".csv"));
  std::FILE* file = opened.input->file();
  DIOTIMA_ASSIGN(auto rows, csv ? OpenCsv(file, options) : OpenJsonLines(file, options));
  opened.rows = std::make_unique<ReadAhead>(std::move(rows), Canceller(opened.input.get()));
  return opened;
}

Result<MultiInput> OpenMultiRows(const std::string& path, FeatureTypes types) {
  MultiInput opened;
  DIOTIMA_ASSIGN(opened.input, Input::Open(path));
  TextOptions options;
  options.source = path;
  DIOTIMA_ASSIGN(auto rows, OpenMultiJsonLines(opened.input->file(), std::move(types), options));
  opened.rows = std::make_unique<MultiReadAhead>(std::move(rows), Canceller(opened.input.get()));
  return opened;
}

}  // namespace diotima::cli
