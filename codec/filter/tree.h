// What a filter says, before it is bound to columns: tests of operands, and their combination in
// postfix order. Flat, so that nesting costs neither recursion to run nor to destroy.
#pragma once

#include <diotima/value.h>

#include <string>
#include <vector>

namespace diotima {

enum class CompareOp : uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

struct FilterLiteral {
  enum class Kind : uint8_t { kNull, kBool, kNumber, kText };
  Kind kind = Kind::kNull;
  bool bool_value = false;
  // Of a number: its exact value if it is an integer of 64 bits (else absent), and the nearest
  // double. `decimal`: written with a point or an exponent, so that it means the double to doubles.
  Value integer;
  double number = 0;
  bool decimal = false;
  std::string text;  // of a text its content, else as written
};

struct FilterColumn {
  std::vector<std::string> parts;
  std::string Name() const;  // the parts joined by dots
};

// A column or a literal: an index into FilterTree::columns or ::literals.
struct FilterOperand {
  bool is_column = false;
  uint32_t index = 0;
};

struct FilterTest {
  enum class Kind : uint8_t { kTrue, kCompare, kIsNull, kIn };
  Kind kind = Kind::kTrue;
  CompareOp op = CompareOp::kEqual;
  bool negated = false;  // IS NOT NULL, NOT IN
  FilterOperand left;
  FilterOperand right;      // of kCompare
  uint32_t list_begin = 0;  // of kIn: a range of FilterTree::literals
  uint32_t list_end = 0;
};

// A step of the postfix program. A jump stands between the two sides of an AND or OR, and goes to
// just behind its kAnd or kOr when the left side has decided.
struct FilterStep {
  enum class Kind : uint8_t { kTest, kNot, kAnd, kOr, kJumpIfFalse, kJumpIfTrue };
  Kind kind = Kind::kTest;
  uint32_t arg = 0;  // the index of the test; the target of the jump
};

struct FilterTree {
  std::string text;
  std::vector<FilterColumn> columns;  // each name once
  std::vector<FilterLiteral> literals;
  std::vector<FilterTest> tests;
  std::vector<FilterStep> steps;
  size_t depth = 0;  // the most values that the steps have on the stack
};

}  // namespace diotima
