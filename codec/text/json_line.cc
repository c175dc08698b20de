#include "codec/text/json_line.h"

#include <cstring>

#include "codec/text/json_value.h"

namespace diotima {

static_assert(LineReader::kPadding >= simdjson::SIMDJSON_PADDING);

Result<simdjson::ondemand::object> JsonLineParser::Parse(std::string_view line, Arena* arena) {
  const size_t padded = line.size() + simdjson::SIMDJSON_PADDING;
  char* text = arena->Allocate(padded, 1);
  std::memcpy(text, line.data(), padded);
  text_ = {text, line.size()};
  auto error = parser_.iterate(text, line.size(), padded).get(document_);
  if (error != simdjson::SUCCESS) return JsonError(error);
  return Object();
}

Result<simdjson::ondemand::object> JsonLineParser::Rewind() {
  document_.rewind();
  return Object();
}

Result<simdjson::ondemand::object> JsonLineParser::Object() {
  simdjson::ondemand::object object;
  auto error = document_.get_object().get(object);
  if (error == simdjson::INCORRECT_TYPE) {
    return Status::InvalidArgument("expected an object, as {\"column\": value, …}");
  }
  if (error != simdjson::SUCCESS) return JsonError(error);
  return object;
}

Status JsonLineParser::Finish() {
  if (document_.current_location().error() == simdjson::OUT_OF_BOUNDS) return Status::Ok();
  return Status::InvalidArgument("something follows the object on its line");
}

bool IsBlank(std::string_view line) {
  if (line.starts_with('{')) return false;
  return line.find_first_not_of(" \t\r\v\f") == std::string_view::npos;
}

}  // namespace diotima
