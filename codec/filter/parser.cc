#include "codec/filter/parser.h"

#include <diotima/status_macros.h>

#include <unordered_map>

#include "codec/base/utf8.h"
#include "codec/filter/lexer.h"
#include "codec/filter/literal.h"

namespace diotima {
namespace {

using StepKind = FilterStep::Kind;
using TestKind = FilterTest::Kind;

std::optional<CompareOp> ComparisonOf(TokenKind kind) {
  switch (kind) {
    case TokenKind::kEqual:
      return CompareOp::kEqual;
    case TokenKind::kNotEqual:
      return CompareOp::kNotEqual;
    case TokenKind::kLess:
      return CompareOp::kLess;
    case TokenKind::kLessEqual:
      return CompareOp::kLessEqual;
    case TokenKind::kGreater:
      return CompareOp::kGreater;
    case TokenKind::kGreaterEqual:
      return CompareOp::kGreaterEqual;
    default:
      return std::nullopt;
  }
}

// An operator precedence parser: operators wait on one stack and what they apply to on another, and
// steps are emitted as operators are taken off, which gives postfix order.
class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text), size_(text.size()) { tree_.text = text; }

  Result<FilterTree> Run();

 private:
  enum class Pending : uint8_t { kOr, kAnd, kNot, kCompare, kOpen };  // by precedence
  struct Operator {
    Pending kind;
    CompareOp op = CompareOp::kEqual;
    uint32_t jump = 0;  // of kAnd, kOr: the step that jumps over its right side
    size_t begin = 0;   // where it stands in the text
  };
  // What an operator applies to: an operand, or (once emitted) a condition, whose value is on top
  // of the stack when the steps so far have run.
  struct Item {
    bool condition = false;
    FilterOperand operand;
    size_t begin = 0;
  };

  Status Advance();
  Status Operand();       // where a side of an operator is expected
  Status AfterOperand();  // where an operator or the end is expected
  Result<FilterOperand> Literal();
  Status Signed();
  Status Comparison(CompareOp op);
  Status In(bool negated);
  Status Is();
  Status Connect(Pending kind);
  Status Close();
  Status Reduce();
  Status ReduceCompare(const Operator& op);
  void EmitCompare(FilterOperand left, CompareOp op, FilterOperand right);
  void MakeCondition(Item* item);
  void EmitTest(const FilterTest& test);
  void EmitNot();
  FilterOperand AddColumn(std::vector<std::string> parts);
  uint32_t AddLiteral(FilterLiteral literal);
  Status CheckOperand(const Item& item, std::string_view what) const;
  Status Unexpected(std::string_view expected) const;
  bool ComparisonPending() const {
    return !operators_.empty() && operators_.back().kind == Pending::kCompare;
  }

  FilterLexer lexer_;
  size_t size_;
  Token token_;
  FilterTree tree_;
  std::vector<Operator> operators_;
  std::vector<Item> items_;
  std::unordered_map<std::string, uint32_t> columns_;
  size_t depth_ = 0;
  bool want_operand_ = true;
};

Result<FilterTree> Parser::Run() {
  if (auto bad = FindInvalidUtf8(tree_.text)) return lexer_.Fail(*bad, "this is no valid UTF-8");
  DIOTIMA_TRY(Advance());
  while (want_operand_ || token_.kind != TokenKind::kEnd) {
    DIOTIMA_TRY(want_operand_ ? Operand() : AfterOperand());
  }
  while (!operators_.empty()) {
    if (operators_.back().kind == Pending::kOpen) {
      return lexer_.Fail(operators_.back().begin, "this ( is not closed");
    }
    DIOTIMA_TRY(Reduce());
  }
  MakeCondition(&items_.back());
  return std::move(tree_);
}

Status Parser::Advance() {
  DIOTIMA_ASSIGN(token_, lexer_.Next());
  return Status::Ok();
}

Status Parser::Unexpected(std::string_view expected) const {
  std::string what = "expected " + std::string(expected);
  if (token_.kind == TokenKind::kEnd) return lexer_.Fail(size_, what + " before the end");
  return lexer_.Fail(token_.begin, what);
}

Status Parser::CheckOperand(const Item& item, std::string_view what) const {
  if (!item.condition) return Status::Ok();
  return lexer_.Fail(item.begin, std::string(what) + " takes a column or a literal, no condition");
}

FilterOperand Parser::AddColumn(std::vector<std::string> parts) {
  // The key tells `a.b` from `"a.b"`.
  std::string key;
  for (const auto& part : parts) key.append(std::to_string(part.size())).append(":").append(part);
  auto [it, added] = columns_.emplace(std::move(key), static_cast<uint32_t>(tree_.columns.size()));
  if (added) tree_.columns.push_back({std::move(parts)});
  return {.is_column = true, .index = it->second};
}

uint32_t Parser::AddLiteral(FilterLiteral literal) {
  tree_.literals.push_back(std::move(literal));
  return static_cast<uint32_t>(tree_.literals.size() - 1);
}

Status Parser::Operand() {
  const size_t begin = token_.begin;
  if (token_.kind == TokenKind::kOpen) {
    operators_.push_back({.kind = Pending::kOpen, .begin = begin});
    return Advance();
  }
  if (token_.kind == TokenKind::kNot && !ComparisonPending()) {
    operators_.push_back({.kind = Pending::kNot, .begin = begin});
    return Advance();
  }
  Item item{.begin = begin};
  if (token_.kind == TokenKind::kName) {
    item.operand = AddColumn(std::move(token_.parts));
    DIOTIMA_TRY(Advance());
  } else {
    DIOTIMA_ASSIGN(item.operand, Literal());
  }
  items_.push_back(item);
  want_operand_ = false;
  return Status::Ok();
}

// Reads a literal, with its sign.
Result<FilterOperand> Parser::Literal() {
  FilterLiteral literal;
  bool negative = token_.kind == TokenKind::kMinus;
  if (negative || token_.kind == TokenKind::kPlus) {
    DIOTIMA_TRY(Advance());
    if (token_.kind != TokenKind::kNumber) return Unexpected("a number after the sign");
  }
  switch (token_.kind) {
    case TokenKind::kNumber: {
      auto number = NumberLiteral(token_.text, negative);
      if (!number) return lexer_.Fail(token_.begin, "this number is beyond the range of double");
      literal = *std::move(number);
      break;
    }
    case TokenKind::kText:
      literal = {.kind = FilterLiteral::Kind::kText, .text = std::move(token_.text)};
      break;
    case TokenKind::kTrue:
    case TokenKind::kFalse:
      literal.kind = FilterLiteral::Kind::kBool;
      literal.bool_value = token_.kind == TokenKind::kTrue;
      literal.text = literal.bool_value ? "TRUE" : "FALSE";
      break;
    case TokenKind::kNull:
      literal.text = "NULL";
      break;
    default:
      return Unexpected("a column or a literal");
  }
  DIOTIMA_TRY(Advance());
  return FilterOperand{.is_column = false, .index = AddLiteral(std::move(literal))};
}

Status Parser::AfterOperand() {
  if (auto op = ComparisonOf(token_.kind)) return Comparison(*op);
  switch (token_.kind) {
    case TokenKind::kAnd:
      return Connect(Pending::kAnd);
    case TokenKind::kOr:
      return Connect(Pending::kOr);
    case TokenKind::kClose:
      return Close();
    case TokenKind::kIs:
      return Is();
    case TokenKind::kIn:
      return In(false);
    case TokenKind::kNot:
      DIOTIMA_TRY(Advance());
      if (token_.kind != TokenKind::kIn) return Unexpected("IN after NOT");
      return In(true);
    default:
      return Unexpected("an operator (=, AND, IN, …) or the end");
  }
}

Status Parser::Comparison(CompareOp op) {
  if (ComparisonPending()) return lexer_.Fail(token_.begin, "comparisons cannot be chained");
  DIOTIMA_TRY(CheckOperand(items_.back(), "a comparison"));
  operators_.push_back({.kind = Pending::kCompare, .op = op, .begin = token_.begin});
  want_operand_ = true;
  return Advance();
}

Status Parser::In(bool negated) {
  if (ComparisonPending()) return lexer_.Fail(token_.begin, "comparisons cannot be chained");
  Item& item = items_.back();
  if (item.condition || !item.operand.is_column) {
    return lexer_.Fail(item.begin, "IN takes a column on its left");
  }
  DIOTIMA_TRY(Advance());
  if (token_.kind != TokenKind::kOpen) return Unexpected("( after IN");
  FilterTest test{.kind = TestKind::kIn, .negated = negated, .left = item.operand};
  test.list_begin = static_cast<uint32_t>(tree_.literals.size());
  do {
    DIOTIMA_TRY(Advance());
    size_t open = 0;
    for (; token_.kind == TokenKind::kOpen; ++open) DIOTIMA_TRY(Advance());
    if (token_.kind == TokenKind::kName) return Unexpected("a literal (IN takes no columns)");
    DIOTIMA_TRY(Literal().status());
    for (; open > 0; --open) {
      if (token_.kind != TokenKind::kClose) return Unexpected(")");
      DIOTIMA_TRY(Advance());
    }
  } while (token_.kind == TokenKind::kComma);
  if (token_.kind != TokenKind::kClose) return Unexpected(", or )");
  test.list_end = static_cast<uint32_t>(tree_.literals.size());
  EmitTest(test);
  item.condition = true;
  return Advance();
}

Status Parser::Is() {
  if (ComparisonPending()) return lexer_.Fail(token_.begin, "comparisons cannot be chained");
  Item& item = items_.back();
  DIOTIMA_TRY(CheckOperand(item, "IS"));
  DIOTIMA_TRY(Advance());
  const bool negated = token_.kind == TokenKind::kNot;
  if (negated) DIOTIMA_TRY(Advance());
  if (token_.kind == TokenKind::kName || token_.kind == TokenKind::kOpen) {
    return Unexpected("NULL, TRUE, FALSE or another literal");
  }
  DIOTIMA_ASSIGN(FilterOperand right, Literal());
  EmitCompare(item.operand, negated ? CompareOp::kNotEqual : CompareOp::kEqual, right);
  item.condition = true;
  return Status::Ok();
}

Status Parser::Connect(Pending kind) {
  while (!operators_.empty() && operators_.back().kind != Pending::kOpen &&
         operators_.back().kind >= kind) {
    DIOTIMA_TRY(Reduce());
  }
  MakeCondition(&items_.back());
  const bool is_and = kind == Pending::kAnd;
  operators_.push_back(
      {.kind = kind, .jump = static_cast<uint32_t>(tree_.steps.size()), .begin = token_.begin});
  tree_.steps.push_back({is_and ? StepKind::kJumpIfFalse : StepKind::kJumpIfTrue, 0});
  want_operand_ = true;
  return Advance();
}

Status Parser::Close() {
  while (!operators_.empty() && operators_.back().kind != Pending::kOpen) DIOTIMA_TRY(Reduce());
  if (operators_.empty()) return lexer_.Fail(token_.begin, "this ) closes nothing");
  items_.back().begin = operators_.back().begin;
  operators_.pop_back();
  return Advance();
}

// Takes the last operator off its stack.
Status Parser::Reduce() {
  const Operator op = operators_.back();
  operators_.pop_back();
  if (op.kind == Pending::kCompare) return ReduceCompare(op);
  MakeCondition(&items_.back());
  if (op.kind == Pending::kNot) {
    EmitNot();
    items_.back().begin = op.begin;
    return Status::Ok();
  }
  tree_.steps.push_back({op.kind == Pending::kAnd ? StepKind::kAnd : StepKind::kOr, 0});
  tree_.steps[op.jump].arg = static_cast<uint32_t>(tree_.steps.size());
  --depth_;
  items_.pop_back();
  return Status::Ok();
}

Status Parser::ReduceCompare(const Operator& op) {
  const Item right = items_.back();
  items_.pop_back();
  DIOTIMA_TRY(CheckOperand(right, "a comparison"));
  EmitCompare(items_.back().operand, op.op, right.operand);
  items_.back().condition = true;
  return Status::Ok();
}

// `x = NULL` and `x != NULL` ask whether x is null; other comparisons with NULL are never true.
void Parser::EmitCompare(FilterOperand left, CompareOp op, FilterOperand right) {
  auto is_null = [this](FilterOperand operand) {
    return !operand.is_column && tree_.literals[operand.index].kind == FilterLiteral::Kind::kNull;
  };
  const bool equality = op == CompareOp::kEqual || op == CompareOp::kNotEqual;
  if (equality && (is_null(left) || is_null(right))) {
    EmitTest({.kind = TestKind::kIsNull,
              .negated = op == CompareOp::kNotEqual,
              .left = is_null(right) ? left : right});
  } else {
    EmitTest({.kind = TestKind::kCompare, .op = op, .left = left, .right = right});
  }
}

void Parser::MakeCondition(Item* item) {
  if (item->condition) return;
  EmitTest({.kind = TestKind::kTrue, .left = item->operand});
  item->condition = true;
}

void Parser::EmitTest(const FilterTest& test) {
  tree_.steps.push_back({StepKind::kTest, static_cast<uint32_t>(tree_.tests.size())});
  tree_.tests.push_back(test);
  tree_.depth = std::max(tree_.depth, ++depth_);
}

// NOT NOT x is x, of three values too.
void Parser::EmitNot() {
  if (tree_.steps.back().kind == StepKind::kNot) {
    tree_.steps.pop_back();
  } else {
    tree_.steps.push_back({StepKind::kNot, 0});
  }
}

}  // namespace

std::string FilterColumn::Name() const {
  std::string name;
  for (const auto& part : parts) name.append(name.empty() ? "" : ".").append(part);
  return name;
}

Result<FilterTree> ParseFilter(std::string_view text) { return Parser(text).Run(); }

}  // namespace diotima
