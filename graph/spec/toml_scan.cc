#include "graph/spec/toml_scan.h"

#include <diotima/status_macros.h>

#include <algorithm>
#include <vector>

#include "graph/spec/document.h"

namespace diotima {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

bool StartsKey(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '"' || c == '\'';
}

// What numbers, dates and `true` are made of.
bool IsBare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '+' || c == ':' || c == '.';
}

bool EndsValue(char c) {
  return IsBlank(c) || c == '\n' || c == ',' || c == ']' || c == '}' || c == '#';
}

struct Bracket {
  char closing;
  int depth;  // outside of it
};

class TomlScanner {
 public:
  TomlScanner(std::string_view text, const std::string& source) : text_(text), source_(source) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) pos_ = kByteOrderMark.size();
  }

  Status Check() {
    while (pos_ < text_.size()) {
      const char c = text_[pos_];
      if (MidValue(c)) return Fail("a value that is neither text nor number");
      if (EndsInDate(c)) return Fail("a time of one digit after a date");
      if (c == '"' || c == '\'') {
        DIOTIMA_TRY(SkipString());
        in_statement_ = true;
      } else if (c == '#') {
        pos_ = std::min(text_.find('\n', pos_), text_.size());
      } else {
        DIOTIMA_TRY(CheckChar(c));
        NotePlace(c);
        ++pos_;
      }
    }
    return Status::Ok();
  }

 private:
  // What toml++ would take for more of a number, string or not, up to the next white space.
  bool MidValue(char c) const {
    return in_value_ && IsBare(text_[pos_ - 1]) && !IsBare(c) && !EndsValue(c);
  }
  // Whether a blank follows what looks like a date, and then one digit: toml++ takes that for the
  // beginning of a time, and does not look whether the value ends there.
  bool EndsInDate(char c) const {
    if (c != ' ' || !in_value_ || pos_ + 2 >= text_.size()) return false;
    std::string date;  // backwards, without underscores, as toml++ counts
    for (size_t at = pos_; at > 0 && date.size() < 10 && IsBare(text_[at - 1]); --at) {
      if (text_[at - 1] != '_') date += text_[at - 1];
    }
    const char digit = text_[pos_ + 1];
    return date.size() == 10 && date[2] == '-' && date[5] == '-' && digit >= '0' && digit <= '9' &&
           EndsValue(text_[pos_ + 2]);
  }
  // Whether a value comes next, not a key.
  void NotePlace(char c) {
    if (c == '=' || c == ']' || c == '}') in_value_ = true;
    if (c == '{' || (c == '\n' && open_.empty())) in_value_ = false;
    if (c == ',' && !open_.empty()) in_value_ = open_.back().closing == ']';
  }

  Status CheckChar(char c) {
    if (static_cast<unsigned char>(c) >= 0x80) {
      return Fail("a key with characters outside of ASCII must be quoted");
    }
    if (c == '[' && open_.empty() && !in_statement_) DIOTIMA_TRY(CheckHeader());
    if (!IsBlank(c)) in_statement_ = c != '\n' || !open_.empty();
    if ((c == ']' || c == '}') && (open_.empty() || open_.back().closing != c)) {
      return Fail(std::string("a `") + c + "` closes nothing");
    }
    Measure(c);
    if (depth_ <= kMaxDocumentDepth) return Status::Ok();
    return Fail("nested deeper than " + std::to_string(kMaxDocumentDepth) + " levels");
  }

  // A table header, `[key]` or `[[key]]`.
  Status CheckHeader() const {
    size_t at = pos_ + 1;
    const auto skip_blanks = [&] {
      while (at < text_.size() && IsBlank(text_[at])) ++at;
    };
    skip_blanks();
    if (at < text_.size() && text_[at] == '[') {
      ++at;
      skip_blanks();
    }
    if (at < text_.size() && StartsKey(text_[at])) return Status::Ok();
    return Fail("a table header must name a key");
  }

  void Measure(char c) {
    if (c == '[' || c == '{') {
      open_.push_back({c == '[' ? ']' : '}', depth_++});
    } else if (c == ']' || c == '}') {
      depth_ = open_.back().depth;
      open_.pop_back();
    } else if (c == ',' || c == '\n') {
      depth_ = open_.empty() ? 0 : open_.back().depth + 1;
    } else if (c == '.') {
      ++depth_;
    }
  }

  // toml++ asserts at what is not ASCII behind a backslash, white space between them included.
  Status CheckEscape() const {
    const size_t next = text_.find_first_not_of(" \t\r\n", pos_ + 1);
    if (next == std::string_view::npos || static_cast<unsigned char>(text_[next]) < 0x80) {
      return Status::Ok();
    }
    return Fail(next == pos_ + 1
                    ? "a backslash before a character outside of ASCII escapes nothing"
                    : "a backslash at the end of a line before a character outside of ASCII is not "
                      "supported: join the lines");
  }

  // Moves past a string; single-line ones end at the line's end at the latest.
  Status SkipString() {
    const char quote = text_[pos_];
    const std::string fence(3, quote);
    const bool multi_line = text_.substr(pos_, 3) == fence;
    for (pos_ += multi_line ? 3 : 1; pos_ < text_.size(); ++pos_) {
      const char c = text_[pos_];
      if (c == '\\' && quote == '"') DIOTIMA_TRY(CheckEscape());
      if (c == '\\' && quote == '"' && pos_ + 1 < text_.size() && text_[pos_ + 1] != '\n') {
        ++pos_;
      } else if (multi_line && text_.substr(pos_, 3) == fence) {
        pos_ += 3;
        // Two quotes more belong to the string.
        for (int i = 0; i < 2 && pos_ < text_.size() && text_[pos_] == quote; ++i) ++pos_;
        return Status::Ok();
      } else if (!multi_line && c == quote) {
        ++pos_;
        return Status::Ok();
      } else if (!multi_line && c == '\n') {
        return Status::Ok();
      }
    }
    return Status::Ok();
  }

  Status Fail(const std::string& reason) const {
    const auto lines = std::count(text_.begin(), text_.begin() + static_cast<int64_t>(pos_), '\n');
    return Status::InvalidArgument(Place(source_, static_cast<int>(lines) + 1) + reason);
  }

  const std::string_view text_;
  const std::string& source_;
  size_t pos_ = 0;
  bool in_statement_ = false;  // whether anything stands before on this line, or in open brackets
  bool in_value_ = false;
  std::vector<Bracket> open_;
  int depth_ = 0;
};

}  // namespace

Status CheckTomlText(std::string_view text, const std::string& source) {
  return TomlScanner(text, source).Check();
}

}  // namespace diotima
