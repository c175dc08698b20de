// Runs a filter that is bound to columns.
#pragma once

#include <diotima/row.h>

#include "codec/filter/tree.h"

namespace diotima {

// Three-valued logic.
enum class Truth : uint8_t { kFalse, kTrue, kNull };

// The source of an operand: a column of the row, or an entry in it.
struct FilterSource {
  uint32_t column = 0;
  std::vector<std::string> path;  // entries of structs and maps, from the outside in
};

// The values of an IN list: sorted, each once.
struct FilterSet {
  std::vector<Value> values;
  bool has_null = false;
};

struct BoundTest {
  enum class Kind : uint8_t { kConstant, kTrue, kIsNull, kCompareValue, kCompareColumn, kIn };
  Kind kind = Kind::kConstant;
  CompareOp op = CompareOp::kEqual;
  bool negated = false;
  // Of kCompareValue: the true value is `value` and less than a microsecond more, so that it equals
  // nothing.
  bool just_above = false;
  Truth constant = Truth::kNull;
  uint32_t left = 0;   // a source
  uint32_t right = 0;  // of kCompareColumn a source, of kIn a set
  Value value;
};

struct FilterProgram {
  std::vector<FilterStep> steps;
  std::vector<BoundTest> tests;
  std::vector<FilterSource> sources;
  std::vector<FilterSet> sets;
  size_t depth = 0;
  // What `value`s and sets borrow their text from.
  std::shared_ptr<const FilterTree> tree;

  bool Matches(const Row& row) const;

 private:
  Truth Run(const Row& row, Truth* stack) const;
  Truth Test(const Row& row, const BoundTest& test) const;
  Truth TestIn(const Value& value, const BoundTest& test) const;
  Value Load(const Row& row, uint32_t source) const;
};

// Returns whether a comparison that gave `order` (negative, zero, positive) satisfies `op`.
bool Satisfies(int order, CompareOp op);

}  // namespace diotima
