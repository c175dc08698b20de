// Prints data, and nothing else, to standard output.
#pragma once

#include <diotima/status.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diotima::cli {

using Json = nlohmann::ordered_json;

enum class Format : uint8_t { kTable, kJsonLines, kJson, kCsv };
// "table", "jsonl", "json" or "csv".
std::optional<Format> ParseFormat(std::string_view name);

// Buffered. Keeps the first failure, and drops everything after it.
class Output {
 public:
  // Takes `text`, and empties it when there is enough to write.
  Status Write(std::string_view text);
  Status Flush();
  // Returns whether the reader of the pipe has gone. That is not a failure, but nothing is left to
  // do.
  bool closed() const { return closed_; }
  const Status& status() const { return status_; }

 private:
  std::string buffer_;
  Status status_;
  bool closed_ = false;
};

// The colours of text on a terminal.
enum class Colour : uint8_t { kNone, kRed, kGreen, kYellow, kMagenta };
// Returns the colour of a member of an object.
using ColourOf = std::function<Colour(const std::string& member, const Json& value)>;

// Prints JSON objects, one a line or as a list.
class JsonRecords {
 public:
  JsonRecords(Output* output, Format format) : output_(output), list_(format == Format::kJson) {}

  // Returns the text of the next object: append to it, then call Add().
  std::string* Begin();
  Status Add();
  Status End();

 private:
  Output* const output_;
  const bool list_;
  bool any_ = false;
  std::string text_;
};

// Returns JSON text on one line; invalid bytes become U+FFFD.
std::string JsonText(const Json& value);

// Prints one object: the same line in both JSON formats, a table of two columns, or CSV.
Status PrintObject(Output* output, Format format, const Json& object);
// Prints objects that have the same members.
Status PrintObjects(Output* output, Format format, const std::vector<Json>& objects,
                    const ColourOf& colour_of = {});

}  // namespace diotima::cli
