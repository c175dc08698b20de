#include <diotima/status_macros.h>
#include <diotima/text.h>

#include "codec/base/batch_builder.h"
#include "codec/text/json_line.h"
#include "codec/text/json_row.h"
#include "codec/text/scalar.h"

namespace diotima {
namespace {

constexpr std::string_view kForm = "expected an object, as {\"feature\": \"a/b\", \"row\": {…}}";

class JsonMultiReader : public MultiReader {
 public:
  JsonMultiReader(std::FILE* file, FeatureTypes types, TextOptions options)
      : options_(std::move(options)),
        types_(std::move(types)),
        lines_(file, options_.source, options_.max_line_bytes) {}

  Result<bool> Read(std::string* feature, RowBatch* batch) override {
    batch->Clear();
    BatchBuilder builder(batch);
    builder.SetSource(options_.source);
    JsonRowReader* rows = nullptr;
    while (batch->empty() || (batch->rows() < options_.batch_rows &&
                              builder.arena()->bytes() < options_.batch_bytes)) {
      DIOTIMA_ASSIGN(bool found, NextLine());
      if (!found) break;
      DIOTIMA_ASSIGN(std::string next, Located(ReadFeature(builder.arena())));
      if (batch->empty()) {
        *feature = std::move(next);
        rows = RowsOf(*feature);
        rows->Begin(batch);
      } else if (next != *feature) {
        pending_ = true;  // the first line of the next batch
        break;
      }
      batch->AddRow();
      builder.SetLine(lines_.number());
      if (Status status = ReadRow(rows); !status.ok()) return lines_.Locate(status);
    }
    if (rows != nullptr) rows->End();
    return !batch->empty();
  }

 private:
  Result<bool> NextLine() {
    if (std::exchange(pending_, false)) return true;
    do {
      DIOTIMA_ASSIGN(bool found, lines_.Next(&line_));
      if (!found) return false;
    } while (IsBlank(line_));
    return true;
  }

  template <typename T>
  Result<T> Located(Result<T> result) {
    if (!result.ok()) return lines_.Locate(result.status());
    return result;
  }

  // The feature first: it says how the row is to be read.
  Result<std::string> ReadFeature(Arena* arena) {
    DIOTIMA_ASSIGN(auto object, parser_.Parse(line_, arena));
    simdjson::ondemand::value value;
    auto error = object.find_field_unordered("feature").get(value);
    if (error == simdjson::NO_SUCH_FIELD) return Status::InvalidArgument(std::string(kForm));
    if (error != simdjson::SUCCESS) return JsonError(error);
    std::string_view feature;
    error = value.get_string().get(feature);
    if (error == simdjson::INCORRECT_TYPE) return Status::InvalidArgument(std::string(kForm));
    if (error != simdjson::SUCCESS) return JsonError(error);
    return std::string(feature);
  }

  // The whole line, so that nothing else is in it.
  Status ReadRow(JsonRowReader* rows) {
    DIOTIMA_ASSIGN(auto object, parser_.Rewind());
    int features = 0;
    int found = 0;
    for (auto entry : object) {
      simdjson::ondemand::field field;
      if (auto error = std::move(entry).get(field); error != simdjson::SUCCESS) {
        return JsonError(error);
      }
      std::string_view key;
      if (auto error = field.unescaped_key().get(key); error != simdjson::SUCCESS) {
        return JsonError(error);
      }
      if (key == "feature" && ++features == 1) continue;
      if (key != "row" || ++found != 1) {
        return Status::InvalidArgument(std::string(kForm) + "; the key " + QuoteText(key) +
                                       " is one too many");
      }
      simdjson::ondemand::object row;
      if (field.value().get_object().get(row) != simdjson::SUCCESS) {
        return Status::InvalidArgument(std::string(kForm) + "; \"row\" is no object");
      }
      DIOTIMA_TRY(rows->Read(row, parser_.text()));
    }
    if (found == 0) return Status::InvalidArgument(std::string(kForm) + "; there is no \"row\"");
    return parser_.Finish();
  }

  JsonRowReader* RowsOf(const std::string& feature) {
    auto& rows = rows_[feature];
    if (!rows) {
      rows = std::make_unique<JsonRowReader>(types_ ? types_(feature) : ColumnTypes());
    }
    return rows.get();
  }

  TextOptions options_;
  FeatureTypes types_;
  LineReader lines_;
  JsonLineParser parser_;
  std::string_view line_;
  bool pending_ = false;  // line_ is yet to be read
  std::unordered_map<std::string, std::unique_ptr<JsonRowReader>> rows_;
};

}  // namespace

Result<std::unique_ptr<MultiReader>> OpenMultiJsonLines(std::FILE* file, FeatureTypes types,
                                                        TextOptions options) {
  if (file == nullptr) return Status::InvalidArgument("no file to read rows from");
  return std::unique_ptr<MultiReader>(
      std::make_unique<JsonMultiReader>(file, std::move(types), std::move(options)));
}

}  // namespace diotima
