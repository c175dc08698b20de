#include "codec/filter/bind.h"

#include <diotima/status_macros.h>

#include <algorithm>

#include "codec/base/compare.h"
#include "codec/base/messages.h"
#include "codec/filter/lexer.h"
#include "codec/text/time.h"

namespace diotima {
namespace {

using LiteralKind = FilterLiteral::Kind;
using TestKind = FilterTest::Kind;

class Binder {
 public:
  Binder(const FilterTree& tree, const Schema& schema, FilterProgram* program)
      : tree_(tree), schema_(schema), program_(*program) {}

  Status Run();

 private:
  Status BindColumn(const FilterColumn& column);
  Status FollowPath(const FilterColumn& column, size_t at, Type type);
  Status UnknownColumn(const FilterColumn& column) const;
  Result<BoundTest> BindTest(const FilterTest& test);
  Result<BoundTest> BindTrue(const FilterTest& test);
  Result<BoundTest> BindIsNull(const FilterTest& test);
  Result<BoundTest> BindCompare(const FilterTest& test);
  Result<BoundTest> BindLiterals(const FilterTest& test);
  Result<BoundTest> BindIn(const FilterTest& test);

  // The literal as a value that compares with those of `type`; `just_above` as in BoundTest.
  Value Convert(const FilterLiteral& literal, const Type& type, bool* just_above);
  Status TypeMismatch(const FilterOperand& left, const FilterOperand& right) const;
  std::string Describe(const FilterOperand& operand) const;
  Status Fail(const std::string& what) const;

  const FilterLiteral& LiteralOf(const FilterOperand& operand) const {
    return tree_.literals[operand.index];
  }
  const Type& TypeOfColumn(const FilterOperand& operand) const { return types_[operand.index]; }

  const FilterTree& tree_;
  const Schema& schema_;
  FilterProgram& program_;
  std::vector<Type> types_;  // of the sources, one for each column of the tree
};

Status Binder::Run() {
  for (const auto& column : tree_.columns) DIOTIMA_TRY(BindColumn(column));
  if (tree_.columns.empty())
    return Status::InvalidArgument("a filter must name at least one column; the filter " +
                                   QuoteFilter(tree_.text) + " names none");
  program_.tests.reserve(tree_.tests.size());
  for (const auto& test : tree_.tests) {
    DIOTIMA_ASSIGN(BoundTest bound, BindTest(test));
    program_.tests.push_back(bound);
  }
  program_.steps = tree_.steps;
  program_.depth = tree_.depth;
  return Status::Ok();
}

Status Binder::Fail(const std::string& what) const {
  return Status::InvalidArgument(what + "; in the filter " + QuoteFilter(tree_.text));
}

// The longest run of parts that is a column's name is the column, so that `a.b` finds it first.
Status Binder::BindColumn(const FilterColumn& column) {
  for (size_t count = column.parts.size(); count > 0; --count) {
    FilterColumn head{{column.parts.begin(), column.parts.begin() + static_cast<long>(count)}};
    auto found = schema_.Find(head.Name());
    if (!found) continue;
    FilterSource source{.column = static_cast<uint32_t>(*found)};
    source.path.assign(column.parts.begin() + static_cast<long>(count), column.parts.end());
    program_.sources.push_back(std::move(source));
    return FollowPath(column, count, schema_[*found].type);
  }
  return UnknownColumn(column);
}

Status Binder::FollowPath(const FilterColumn& column, size_t at, Type type) {
  for (; at < column.parts.size(); ++at) {
    const std::string& part = column.parts[at];
    if (type.kind() == Kind::kMap && type.key().kind() == Kind::kString) {
      type = Type(type.value());
      continue;
    }
    if (type.kind() != Kind::kStruct) {
      return Fail("unknown column \"" + column.Name() + "\": a " + type.ToString() +
                  " has no entries by name");
    }
    const auto& members = type.members();
    auto member =
        std::find_if(members.begin(), members.end(), [&](const auto& m) { return m.name == part; });
    if (member == members.end()) {
      return Fail("unknown column \"" + column.Name() + "\": a " + type.ToString() +
                  " has no member \"" + part + "\"");
    }
    type = Type(member->type);
  }
  types_.push_back(std::move(type));
  return Status::Ok();
}

Status Binder::UnknownColumn(const FilterColumn& column) const {
  std::vector<std::string> known;
  for (const auto& c : schema_.columns()) known.push_back(c.name);
  std::string message = "unknown column \"" + column.Name() + "\"";
  if (auto near = NearestName(column.Name(), known); !near.empty()) {
    message += ", did you mean \"" + std::string(near) + "\"?";
  }
  return Fail(message);
}

std::string Binder::Describe(const FilterOperand& operand) const {
  if (operand.is_column) {
    return "\"" + tree_.columns[operand.index].Name() + "\" (" + TypeOfColumn(operand).ToString() +
           ")";
  }
  const FilterLiteral& literal = LiteralOf(operand);
  switch (literal.kind) {
    case LiteralKind::kNumber: {
      const bool is_double = literal.integer.absent() || literal.decimal;
      Kind kind = is_double ? Kind::kDouble : literal.integer.kind();
      return literal.text + " (" + std::string(KindName(kind)) + ")";
    }
    case LiteralKind::kText:
      return "'" + literal.text.substr(0, 100) + "' (string)";
    case LiteralKind::kBool:
      return literal.text + " (bool)";
    case LiteralKind::kNull:
      break;
  }
  return "NULL (null)";
}

Status Binder::TypeMismatch(const FilterOperand& left, const FilterOperand& right) const {
  auto is_time = [this](const FilterOperand& a) {
    return a.is_column && ClassOf(TypeOfColumn(a).kind()) == ValueClass::kTime;
  };
  auto is_text = [this](const FilterOperand& a) {
    return !a.is_column && LiteralOf(a).kind == LiteralKind::kText;
  };
  std::string message = "filter compares " + Describe(left) + " with " + Describe(right);
  if ((is_time(left) && is_text(right)) || (is_text(left) && is_time(right))) {
    message += ", a text that is no ISO-8601 date or time";
  }
  return Fail(message);
}

Result<BoundTest> Binder::BindTest(const FilterTest& test) {
  switch (test.kind) {
    case TestKind::kTrue:
      return BindTrue(test);
    case TestKind::kIsNull:
      return BindIsNull(test);
    case TestKind::kIn:
      return BindIn(test);
    case TestKind::kCompare:
      break;
  }
  return BindCompare(test);
}

Result<BoundTest> Binder::BindTrue(const FilterTest& test) {
  BoundTest bound;
  if (test.left.is_column) {
    const Kind kind = TypeOfColumn(test.left).kind();
    if (kind == Kind::kBool || kind == Kind::kNull) {
      bound.kind = BoundTest::Kind::kTrue;
      bound.left = test.left.index;
      return bound;
    }
  } else {
    const FilterLiteral& literal = LiteralOf(test.left);
    if (literal.kind == LiteralKind::kNull) return bound;
    if (literal.kind == LiteralKind::kBool) {
      bound.constant = literal.bool_value ? Truth::kTrue : Truth::kFalse;
      return bound;
    }
  }
  return Fail("filter compares " + Describe(test.left) +
              " with TRUE (bool): it stands where a condition is expected");
}

Result<BoundTest> Binder::BindIsNull(const FilterTest& test) {
  BoundTest bound;
  if (test.left.is_column) {
    bound.kind = BoundTest::Kind::kIsNull;
    bound.left = test.left.index;
    bound.negated = test.negated;
    return bound;
  }
  const bool is_null = LiteralOf(test.left).kind == LiteralKind::kNull;
  bound.constant = is_null != test.negated ? Truth::kTrue : Truth::kFalse;
  return bound;
}

CompareOp Mirror(CompareOp op) {
  switch (op) {
    case CompareOp::kLess:
      return CompareOp::kGreater;
    case CompareOp::kLessEqual:
      return CompareOp::kGreaterEqual;
    case CompareOp::kGreater:
      return CompareOp::kLess;
    case CompareOp::kGreaterEqual:
      return CompareOp::kLessEqual;
    default:
      return op;
  }
}

bool TypesCompare(const Type& a, const Type& b) {
  if (a.nested() || b.nested()) return false;
  ValueClass of_a = ClassOf(a.kind());
  ValueClass of_b = ClassOf(b.kind());
  return of_a == of_b || of_a == ValueClass::kNull || of_b == ValueClass::kNull;
}

Result<BoundTest> Binder::BindCompare(const FilterTest& test) {
  if (!test.left.is_column && !test.right.is_column) return BindLiterals(test);
  const bool swap = !test.left.is_column;
  const FilterOperand& left = swap ? test.right : test.left;
  const FilterOperand& right = swap ? test.left : test.right;
  BoundTest bound;
  bound.op = swap ? Mirror(test.op) : test.op;
  bound.left = left.index;
  if (right.is_column) {
    if (!TypesCompare(TypeOfColumn(left), TypeOfColumn(right))) {
      return TypeMismatch(test.left, test.right);
    }
    bound.kind = BoundTest::Kind::kCompareColumn;
    bound.right = right.index;
    return bound;
  }
  bound.kind = BoundTest::Kind::kCompareValue;
  bound.value = Convert(LiteralOf(right), TypeOfColumn(left), &bound.just_above);
  if (bound.value.absent()) return TypeMismatch(test.left, test.right);
  return bound;
}

// Literals compare as columns of their own types would.
Result<BoundTest> Binder::BindLiterals(const FilterTest& test) {
  const FilterLiteral& left = LiteralOf(test.left);
  const FilterLiteral& right = LiteralOf(test.right);
  BoundTest bound;
  if (left.kind == LiteralKind::kNull || right.kind == LiteralKind::kNull) return bound;
  if (left.kind != right.kind) return TypeMismatch(test.left, test.right);
  auto value = [&](const FilterLiteral& literal) {
    bool just_above = false;
    Kind kind = literal.kind == LiteralKind::kBool            ? Kind::kBool
                : literal.kind == LiteralKind::kText          ? Kind::kString
                : literal.decimal || literal.integer.absent() ? Kind::kDouble
                                                              : Kind::kInt64;
    return Convert(literal, Type(kind), &just_above);
  };
  bool holds = Satisfies(CompareValues(value(left), value(right)), test.op);
  bound.constant = holds ? Truth::kTrue : Truth::kFalse;
  return bound;
}

Value Binder::Convert(const FilterLiteral& literal, const Type& type, bool* just_above) {
  if (type.nested()) return Value::Absent();
  if (literal.kind == LiteralKind::kNull || type.kind() == Kind::kNull) return Value::Null();
  switch (ClassOf(type.kind())) {
    case ValueClass::kBool:
      if (literal.kind == LiteralKind::kBool) return Value::Bool(literal.bool_value);
      break;
    case ValueClass::kNumber: {
      if (literal.kind != LiteralKind::kNumber) break;
      const bool as_double =
          literal.integer.absent() || (literal.decimal && type.kind() == Kind::kDouble);
      return as_double ? Value::Double(literal.number) : literal.integer;
    }
    case ValueClass::kText:
      if (literal.kind == LiteralKind::kText) return Value::String(literal.text);
      break;
    case ValueClass::kTime:
      if (literal.kind == LiteralKind::kText) {
        auto time = ParseTime(literal.text);
        if (!time) break;
        *just_above = time->beyond_micros;
        return Value::Timestamp(time->micros);
      }
      break;
    default:
      break;
  }
  return Value::Absent();
}

Result<BoundTest> Binder::BindIn(const FilterTest& test) {
  FilterSet set;
  const Type& type = TypeOfColumn(test.left);
  for (uint32_t i = test.list_begin; i < test.list_end; ++i) {
    bool just_above = false;
    Value value = Convert(tree_.literals[i], type, &just_above);
    if (value.absent()) return TypeMismatch(test.left, {.is_column = false, .index = i});
    if (value.null()) {
      set.has_null = true;
    } else if (!just_above) {  // one that is between two microseconds equals no time
      set.values.push_back(value);
    }
  }
  auto less = [](const Value& a, const Value& b) { return CompareValues(a, b) < 0; };
  auto equal = [](const Value& a, const Value& b) { return CompareValues(a, b) == 0; };
  std::sort(set.values.begin(), set.values.end(), less);
  set.values.erase(std::unique(set.values.begin(), set.values.end(), equal), set.values.end());
  BoundTest bound;
  bound.kind = BoundTest::Kind::kIn;
  bound.negated = test.negated;
  bound.left = test.left.index;
  bound.right = static_cast<uint32_t>(program_.sets.size());
  program_.sets.push_back(std::move(set));
  return bound;
}

// A jump that lands on another of the same sense goes on to where that one goes.
void ThreadJumps(std::vector<FilterStep>* steps) {
  for (size_t at = steps->size(); at-- > 0;) {
    FilterStep& step = (*steps)[at];
    const bool jump =
        step.kind == FilterStep::Kind::kJumpIfFalse || step.kind == FilterStep::Kind::kJumpIfTrue;
    if (!jump || step.arg >= steps->size()) continue;
    const FilterStep& target = (*steps)[step.arg];
    if (target.kind == step.kind) step.arg = target.arg;
  }
}

}  // namespace

Result<FilterProgram> BindFilter(std::shared_ptr<const FilterTree> tree, const Schema& schema) {
  FilterProgram program;
  DIOTIMA_TRY(Binder(*tree, schema, &program).Run());
  ThreadJumps(&program.steps);
  program.tree = std::move(tree);
  return program;
}

}  // namespace diotima
