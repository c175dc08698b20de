// Parses a line of JSON Lines.
#pragma once

#include <diotima/value.h>

#include "codec/base/simdjson_no_throw.h"
#include "codec/text/line_reader.h"

namespace diotima {

class JsonLineParser {
 public:
  // Parses `line` (of a LineReader), which is copied to `arena`, and returns its object. The object
  // borrows from text() and from the parser. Messages do not name the line.
  Result<simdjson::ondemand::object> Parse(std::string_view line, Arena* arena);
  // Returns the same object once more, from its start.
  Result<simdjson::ondemand::object> Rewind();
  // Returns the line in the arena.
  std::string_view text() const { return text_; }
  // Returns an error if anything follows the object, once it was read to its end.
  Status Finish();

 private:
  Result<simdjson::ondemand::object> Object();

  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  std::string_view text_;
};

// Returns whether a line has only white space.
bool IsBlank(std::string_view line);

}  // namespace diotima
