#include <diotima/status_macros.h>
#include <diotima/text.h>

#include "codec/base/batch_builder.h"
#include "codec/text/json_line.h"
#include "codec/text/json_row.h"

namespace diotima {
namespace {

class JsonLinesReader : public RowReader {
 public:
  JsonLinesReader(std::FILE* file, TextOptions options)
      : options_(std::move(options)),
        lines_(file, options_.source, options_.max_line_bytes),
        rows_(options_.types) {}

  Result<bool> Read(RowBatch* batch) override {
    batch->Clear();
    BatchBuilder builder(batch);
    builder.SetSource(options_.source);
    rows_.Begin(batch);
    std::string_view line;
    do {
      DIOTIMA_ASSIGN(bool found, lines_.Next(&line));
      if (!found) break;
      if (IsBlank(line)) continue;
      batch->AddRow();
      builder.SetLine(lines_.number());
      if (Status status = ReadRow(line, builder.arena()); !status.ok())
        return lines_.Locate(status);
    } while (batch->rows() < options_.batch_rows &&
             builder.arena()->bytes() < options_.batch_bytes);
    rows_.End();
    return !batch->empty();
  }

 private:
  Status ReadRow(std::string_view line, Arena* arena) {
    DIOTIMA_ASSIGN(auto object, parser_.Parse(line, arena));
    DIOTIMA_TRY(rows_.Read(object, parser_.text()));
    return parser_.Finish();
  }

  TextOptions options_;
  LineReader lines_;
  JsonLineParser parser_;
  JsonRowReader rows_;
};

}  // namespace

Result<std::unique_ptr<RowReader>> OpenJsonLines(std::FILE* file, TextOptions options) {
  if (file == nullptr) return Status::InvalidArgument("no file to read rows from");
  return std::unique_ptr<RowReader>(std::make_unique<JsonLinesReader>(file, std::move(options)));
}

}  // namespace diotima
