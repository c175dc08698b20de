// Splits filter text into tokens.
#pragma once

#include <diotima/status.h>

#include <string>
#include <string_view>
#include <vector>

namespace diotima {

enum class TokenKind : uint8_t {
  kEnd,
  kName,    // a column: its parts are in `parts`
  kText,    // 'it''s': the content is in `text`
  kNumber,  // without a sign: as written in `text`
  kPlus,
  kMinus,
  kOpen,
  kClose,
  kComma,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAnd,
  kOr,
  kNot,
  kIn,
  kIs,
  kNull,
  kTrue,
  kFalse,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  size_t begin = 0;  // byte offsets of the token in the filter
  size_t end = 0;
  std::string text;
  std::vector<std::string> parts;
};

// Splits filter text, token by token.
class FilterLexer {
 public:
  // `text` must outlive the lexer.
  explicit FilterLexer(std::string_view text) : text_(text) {}

  // Returns the next token, and kEnd at every call after the last one. kInvalidArgument for text
  // that is not a token.
  Result<Token> Next();

  // Returns the error for the text at byte `offset`: "filter cannot be parsed at character N: …".
  Status Fail(size_t offset, std::string_view what) const;

 private:
  Result<Token> Symbol();
  Result<Token> Number();
  Result<Token> Text();
  Result<Token> Name();
  Status NamePart(Token* token);
  // Reads text between two `quote`s; a doubled one stands for itself.
  Status Quoted(char quote, std::string* out);

  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  std::string_view text_;
  size_t at_ = 0;
};

// Returns the filter for a message: in quotes, and cut when it is long.
std::string QuoteFilter(std::string_view text);

}  // namespace diotima
