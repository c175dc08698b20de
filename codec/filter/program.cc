#include "codec/filter/program.h"

#include <algorithm>

#include "codec/base/compare.h"

namespace diotima {
namespace {

constexpr size_t kInlineDepth = 64;

Truth TruthOf(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

Truth Not(Truth a) {
  if (a == Truth::kNull) return a;
  return TruthOf(a == Truth::kFalse);
}
Truth And(Truth a, Truth b) {
  if (a == Truth::kFalse || b == Truth::kFalse) return Truth::kFalse;
  return a == Truth::kTrue ? b : a;
}
Truth Or(Truth a, Truth b) {
  if (a == Truth::kTrue || b == Truth::kTrue) return Truth::kTrue;
  return a == Truth::kFalse ? b : a;
}

// Types were checked when the filter was bound; a value that is not what its column says compares
// as null does.
bool Comparable(const Value& a, const Value& b) {
  ValueClass of_a = ClassOf(a.kind());
  return of_a == ClassOf(b.kind()) && of_a != ValueClass::kNull && of_a != ValueClass::kNested;
}

}  // namespace

bool Satisfies(int order, CompareOp op) {
  switch (op) {
    case CompareOp::kEqual:
      return order == 0;
    case CompareOp::kNotEqual:
      return order != 0;
    case CompareOp::kLess:
      return order < 0;
    case CompareOp::kLessEqual:
      return order <= 0;
    case CompareOp::kGreater:
      return order > 0;
    case CompareOp::kGreaterEqual:
      return order >= 0;
  }
  return false;
}

bool FilterProgram::Matches(const Row& row) const {
  if (depth <= kInlineDepth) {
    Truth stack[kInlineDepth];
    return Run(row, stack) == Truth::kTrue;
  }
  thread_local std::vector<Truth> deep;
  if (deep.size() < depth) deep.resize(depth);
  return Run(row, deep.data()) == Truth::kTrue;
}

Truth FilterProgram::Run(const Row& row, Truth* stack) const {
  Truth* top = stack - 1;
  for (size_t at = 0; at < steps.size(); ++at) {
    const FilterStep& step = steps[at];
    switch (step.kind) {
      case FilterStep::Kind::kTest:
        *++top = Test(row, tests[step.arg]);
        break;
      case FilterStep::Kind::kNot:
        *top = Not(*top);
        break;
      case FilterStep::Kind::kAnd:
        --top;
        *top = And(top[0], top[1]);
        break;
      case FilterStep::Kind::kOr:
        --top;
        *top = Or(top[0], top[1]);
        break;
      case FilterStep::Kind::kJumpIfFalse:
        if (*top == Truth::kFalse) at = step.arg - 1;
        break;
      case FilterStep::Kind::kJumpIfTrue:
        if (*top == Truth::kTrue) at = step.arg - 1;
        break;
    }
  }
  return *top;
}

Value FilterProgram::Load(const Row& row, uint32_t source) const {
  const FilterSource& from = sources[source];
  Value value = row.Get(from.column);
  for (const auto& entry : from.path) value = value.Find(entry);
  return value;
}

Truth FilterProgram::Test(const Row& row, const BoundTest& test) const {
  if (test.kind == BoundTest::Kind::kConstant) return test.constant;
  const Value left = Load(row, test.left);
  switch (test.kind) {
    case BoundTest::Kind::kIsNull:
      return TruthOf(left.null() != test.negated);
    case BoundTest::Kind::kTrue:
      return left.kind() == Kind::kBool ? TruthOf(left.unchecked_bool()) : Truth::kNull;
    case BoundTest::Kind::kIn:
      return TestIn(left, test);
    case BoundTest::Kind::kCompareValue: {
      if (!Comparable(left, test.value)) return Truth::kNull;
      int order = CompareValues(left, test.value);
      if (order == 0 && test.just_above) order = -1;
      return TruthOf(Satisfies(order, test.op));
    }
    case BoundTest::Kind::kCompareColumn: {
      const Value right = Load(row, test.right);
      if (!Comparable(left, right)) return Truth::kNull;
      return TruthOf(Satisfies(CompareValues(left, right), test.op));
    }
    case BoundTest::Kind::kConstant:
      break;
  }
  return Truth::kNull;
}

// SQL's rule: what is not found in a list with a null is neither in it nor not in it.
Truth FilterProgram::TestIn(const Value& value, const BoundTest& test) const {
  const FilterSet& set = sets[test.right];
  if (value.null()) return Truth::kNull;
  bool found = false;
  if (!set.values.empty()) {
    if (!Comparable(value, set.values.front())) return Truth::kNull;
    auto less = [](const Value& a, const Value& b) { return CompareValues(a, b) < 0; };
    found = std::binary_search(set.values.begin(), set.values.end(), value, less);
  }
  if (!found && set.has_null) return Truth::kNull;
  return TruthOf(found != test.negated);
}

}  // namespace diotima
