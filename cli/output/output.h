// Standard output: data, and nothing else.
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

// Buffered. The first failure is kept, and what comes after it is dropped.
class Output {
 public:
  // Takes `text` and empties it when there is enough to write.
  Status Write(std::string_view text);
  Status Flush();
  // The reader of the pipe has gone: no failure of ours, but there is nothing left to do.
  bool closed() const { return closed_; }
  const Status& status() const { return status_; }

 private:
  std::string buffer_;
  Status status_;
  bool closed_ = false;
};

// Of text on a terminal that has colours.
enum class Colour : uint8_t { kNone, kRed, kGreen, kYellow, kMagenta };
// The colour of a member of an object.
using ColourOf = std::function<Colour(const std::string& member, const Json& value)>;

// JSON objects, one a line or as a list.
class JsonRecords {
 public:
  JsonRecords(Output* output, Format format) : output_(output), list_(format == Format::kJson) {}

  // The text of the next object; append to it, then call Add().
  std::string* Begin();
  Status Add();
  Status End();

 private:
  Output* const output_;
  const bool list_;
  bool any_ = false;
  std::string text_;
};

// JSON text on one line; bytes that are no UTF-8 become U+FFFD.
std::string JsonText(const Json& value);

// One object: the same line of JSON in both JSON formats, a table of two columns, or a CSV line.
Status PrintObject(Output* output, Format format, const Json& object);
// Objects of the same members.
Status PrintObjects(Output* output, Format format, const std::vector<Json>& objects,
                    const ColourOf& colour_of = {});

}  // namespace diotima::cli
