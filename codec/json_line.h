// A line of JSON Lines as a document.
#pragma once

#include "line_reader.h"
#include "simdjson_no_throw.h"

namespace diotima {

class JsonLineParser {
 public:
  // The object that `line` (of a LineReader) holds; the line and the parser must stay. Messages do
  // not name the line.
  Result<simdjson::ondemand::object> Parse(std::string_view line);
  // The same object once more, from its start.
  Result<simdjson::ondemand::object> Rewind();
  // After the object was read to its end: an error unless nothing follows it.
  Status Finish();

 private:
  Result<simdjson::ondemand::object> Object();

  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
};

// Whether a line has nothing but white space.
bool IsBlank(std::string_view line);

}  // namespace diotima
