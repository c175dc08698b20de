#include "codec/filter/lexer.h"

#include <diotima/status_macros.h>

namespace diotima {
namespace {

constexpr size_t kMaxQuoted = 200;
constexpr size_t kMaxParts = 4;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c); }
bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Characters (not bytes) before `offset`.
size_t CountCharacters(std::string_view text) {
  size_t count = 0;
  for (char c : text) count += IsContinuation(c) ? 0 : 1;
  return count;
}

bool EqualsIgnoringCase(std::string_view word, std::string_view keyword) {
  if (word.size() != keyword.size()) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    char c = word[i];
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c != keyword[i]) return false;
  }
  return true;
}

TokenKind KeywordKind(std::string_view word) {
  struct Keyword {
    std::string_view word;
    TokenKind kind;
  };
  static constexpr Keyword kKeywords[] = {{"AND", TokenKind::kAnd},   {"OR", TokenKind::kOr},
                                          {"NOT", TokenKind::kNot},   {"IN", TokenKind::kIn},
                                          {"IS", TokenKind::kIs},     {"NULL", TokenKind::kNull},
                                          {"TRUE", TokenKind::kTrue}, {"FALSE", TokenKind::kFalse}};
  for (const auto& keyword : kKeywords) {
    if (EqualsIgnoringCase(word, keyword.word)) return keyword.kind;
  }
  return TokenKind::kName;
}

}  // namespace

std::string QuoteFilter(std::string_view text) {
  size_t size = text.size();
  if (size > kMaxQuoted) {
    size = kMaxQuoted;
    while (size > 0 && IsContinuation(text[size])) --size;
  }
  return "\"" + std::string(text.substr(0, size)) + (size < text.size() ? "…\"" : "\"");
}

Status FilterLexer::Fail(size_t offset, std::string_view what) const {
  size_t character = CountCharacters(text_.substr(0, offset)) + 1;
  return Status::InvalidArgument("filter cannot be parsed at character " +
                                 std::to_string(character) + ": " + std::string(what) +
                                 "; in the filter " + QuoteFilter(text_));
}

Result<Token> FilterLexer::Next() {
  while (IsSpace(Peek())) ++at_;
  size_t begin = at_;
  char c = Peek();
  Result<Token> token = at_ == text_.size()                            ? Result<Token>(Token{})
                        : IsDigit(c) || (c == '.' && IsDigit(Peek(1))) ? Number()
                        : c == '\''                                    ? Text()
                        : IsNameStart(c) || c == '"'                   ? Name()
                                                                       : Symbol();
  if (token.ok()) {
    token->begin = begin;
    token->end = at_;
  }
  return token;
}

Result<Token> FilterLexer::Symbol() {
  struct Known {
    std::string_view text;
    TokenKind kind;
  };
  static constexpr Known kSymbols[] = {
      {"<=", TokenKind::kLessEqual}, {">=", TokenKind::kGreaterEqual}, {"<>", TokenKind::kNotEqual},
      {"!=", TokenKind::kNotEqual},  {"=", TokenKind::kEqual},         {"<", TokenKind::kLess},
      {">", TokenKind::kGreater},    {"(", TokenKind::kOpen},          {")", TokenKind::kClose},
      {",", TokenKind::kComma},      {"+", TokenKind::kPlus},          {"-", TokenKind::kMinus}};
  for (const auto& symbol : kSymbols) {
    if (text_.substr(at_).starts_with(symbol.text)) {
      at_ += symbol.text.size();
      return Token{.kind = symbol.kind};
    }
  }
  return Fail(at_, "this character has no meaning in a filter");
}

Result<Token> FilterLexer::Number() {
  size_t begin = at_;
  while (IsDigit(Peek())) ++at_;
  if (Peek() == '.') ++at_;
  while (IsDigit(Peek())) ++at_;
  if (Peek() == 'e' || Peek() == 'E') {
    size_t sign = Peek(1) == '+' || Peek(1) == '-' ? 1 : 0;
    if (!IsDigit(Peek(1 + sign))) return Fail(at_, "expected the digits of an exponent");
    at_ += 1 + sign;
    while (IsDigit(Peek())) ++at_;
  }
  if (IsNamePart(Peek()) || Peek() == '.') return Fail(at_, "expected the end of the number");
  return Token{.kind = TokenKind::kNumber, .text = std::string(text_.substr(begin, at_ - begin))};
}

Result<Token> FilterLexer::Text() {
  Token token{.kind = TokenKind::kText};
  DIOTIMA_TRY(Quoted('\'', &token.text));
  return token;
}

Result<Token> FilterLexer::Name() {
  Token token{.kind = TokenKind::kName};
  size_t begin = at_;
  const bool plain = Peek() != '"';
  DIOTIMA_TRY(NamePart(&token));
  if (plain && Peek() != '.') {
    token.kind = KeywordKind(token.parts.front());
    return token;
  }
  while (Peek() == '.') {
    if (token.parts.size() == kMaxParts) return Fail(begin, "a name has at most four parts");
    ++at_;
    DIOTIMA_TRY(NamePart(&token));
  }
  return token;
}

Status FilterLexer::NamePart(Token* token) {
  std::string part;
  size_t begin = at_;
  if (Peek() == '"') {
    DIOTIMA_TRY(Quoted('"', &part));
    if (part.empty()) return Fail(begin, "a name is empty");
  } else {
    if (!IsNameStart(Peek())) return Fail(at_, "expected a name after the dot");
    while (IsNamePart(Peek())) ++at_;
    part = text_.substr(begin, at_ - begin);
  }
  token->parts.push_back(std::move(part));
  return Status::Ok();
}

Status FilterLexer::Quoted(char quote, std::string* out) {
  const size_t begin = at_++;
  while (true) {
    size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos) {
      return Fail(begin, std::string("the closing ") + quote + " is missing");
    }
    out->append(text_.substr(at_, end - at_));
    at_ = end + 1;
    if (Peek() != quote) return Status::Ok();
    out->push_back(quote);
    ++at_;
  }
}

}  // namespace diotima
