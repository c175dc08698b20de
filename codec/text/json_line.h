// A line of JSON Lines as a document.
#pragma once

#include <diotima/value.h>

#include "codec/base/simdjson_no_throw.h"
#include "codec/text/line_reader.h"

namespace diotima {

class JsonLineParser {
 public:
  // The object that `line` (of a LineReader) holds, which is copied to `arena`: its text() must
  // stay as long as the object, and so must the parser. Messages do not name the line.
  Result<simdjson::ondemand::object> Parse(std::string_view line, Arena* arena);
  // The same object once more, from its start.
  Result<simdjson::ondemand::object> Rewind();
  // The line in the arena.
  std::string_view text() const { return text_; }
  // After the object was read to its end: an error unless nothing follows it.
  Status Finish();

 private:
  Result<simdjson::ondemand::object> Object();

  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  std::string_view text_;
};

// Whether a line has nothing but white space.
bool IsBlank(std::string_view line);

}  // namespace diotima
