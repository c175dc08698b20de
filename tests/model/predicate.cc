#include "tests/model/predicate.h"

#include "codec/text/time.h"
#include "tests/model/generators.h"

namespace diotima::model {
namespace {

using Truth = std::optional<bool>;

// What a cell is compared by; nothing for null.
using Key = std::variant<bool, long double, std::string>;

std::optional<Key> KeyOf(const json& cell) {
  if (cell.is_null()) return std::nullopt;
  if (cell.is_boolean()) return Key(cell.get<bool>());
  if (cell.is_number_float()) return Key(static_cast<long double>(cell.get<double>()));
  if (cell.is_number_unsigned()) return Key(static_cast<long double>(cell.get<uint64_t>()));
  if (cell.is_number()) return Key(static_cast<long double>(cell.get<int64_t>()));
  if (cell.is_string()) return Key(cell.get<std::string>());
  if (cell.contains("$timestamp")) {
    return Key(static_cast<long double>(cell["$timestamp"].get<int64_t>()));
  }
  return Key(static_cast<long double>(cell["$date"].get<int64_t>()) * 86400000000.0L);
}

std::string Literal(const json& cell) {
  std::string text;
  if (cell.is_string()) {
    for (char c : cell.get<std::string>()) text += c == '\'' ? "''" : std::string(1, c);
    return "'" + text + "'";
  }
  if (cell.is_boolean()) return cell.get<bool>() ? "TRUE" : "false";
  if (cell.is_number()) return cell.dump();
  if (cell.contains("$timestamp")) {
    AppendTimestamp(cell["$timestamp"].get<int64_t>(), &text);
  } else {
    AppendDate(cell["$date"].get<int32_t>(), &text);
  }
  return "'" + text + "'";
}

std::string Quoted(const std::string& column) { return "\"" + column + "\""; }

json Look(const Cells& row, const std::string& column, const std::string& entry) {
  const json& cell = Cell(row, column);
  if (entry.empty() || cell.is_null()) return cell;
  return cell.value(entry, json());
}

bool Holds(const std::string& op, const Key& a, const Key& b) {
  if (op == "=") return a == b;
  if (op == "!=" || op == "<>") return a != b;
  if (op == "<") return a < b;
  if (op == "<=") return a <= b;
  return op == ">" ? a > b : a >= b;
}

// A column, or an entry of a by-field map.
struct Operand {
  std::string column, entry, text;
  Type type;
};

Operand RandomOperand(const FilterColumns& columns, Random* random) {
  std::vector<std::string> names;
  for (const auto& [name, type] : columns.types) names.push_back(name);
  const std::string name = random->Pick(names);
  if (IsHashMap(name)) {
    const std::string field = random->Pick(columns.fields);
    return {name, field, name + "." + Quoted(field), Type(Kind::kString)};
  }
  return {name, "", Quoted(name), columns.types.at(name)};
}

Predicate IsNull(const Operand& operand, bool not_null, bool with_equals) {
  const std::string is = not_null ? (with_equals ? " != NULL" : " IS NOT NULL")
                                  : (with_equals ? " = NULL" : " IS NULL");
  return {operand.text + is,
          [operand, not_null](const Cells& row) -> Truth {
            return Look(row, operand.column, operand.entry).is_null() != not_null;
          },
          {operand.column}};
}

Predicate Compare(const Operand& operand, const std::string& op, const json& literal) {
  return {operand.text + " " + op + " " + Literal(literal),
          [operand, op, key = *KeyOf(literal)](const Cells& row) -> Truth {
            const auto cell = KeyOf(Look(row, operand.column, operand.entry));
            if (!cell) return std::nullopt;
            return Holds(op, *cell, key);
          },
          {operand.column}};
}

Predicate In(const Operand& operand, const std::vector<json>& literals, bool negated,
             bool with_null) {
  std::string text = operand.text + (negated ? " NOT IN (" : " IN (");
  std::vector<Key> keys;
  for (const auto& literal : literals) {
    text += (keys.empty() ? "" : ", ") + Literal(literal);
    keys.push_back(*KeyOf(literal));
  }
  if (with_null) text += ", NULL";
  return {text + ")",
          [operand, keys, negated, with_null](const Cells& row) -> Truth {
            const auto cell = KeyOf(Look(row, operand.column, operand.entry));
            if (!cell) return std::nullopt;
            bool found = false;
            for (const auto& key : keys) found = found || key == *cell;
            if (!found && with_null) return std::nullopt;  // as SQL has it
            return found != negated;
          },
          {operand.column}};
}

Predicate Atom(const FilterColumns& columns, Random* random) {
  static const std::vector<std::string> kOps = {"=", "!=", "<>", "<", "<=", ">", ">="};
  const Operand operand = RandomOperand(columns, random);
  const Kind kind = operand.type.kind();
  if (kind == Kind::kBytes || operand.type.nested() || random->Chance(10)) {
    return IsNull(operand, random->Chance(50), random->Chance(30));
  }
  if (kind == Kind::kBool && random->Chance(30)) {
    return {operand.text,
            [operand](const Cells& row) -> Truth {
              const json cell = Look(row, operand.column, operand.entry);
              return cell.is_null() ? Truth() : Truth(cell.get<bool>());
            },
            {operand.column}};
  }
  std::vector<json> literals;
  for (int i = random->Int(1, 3); i > 0; --i) {
    literals.push_back(!operand.entry.empty() ? RandomHash(random)
                                              : RandomCell(operand.type, random));
  }
  if (random->Chance(25)) {
    return In(operand, literals, random->Chance(40), random->Chance(20));
  }
  if (random->Chance(15)) {  // the other column of the same type
    for (const auto& [name, type] : columns.types) {
      if (name == operand.column || !(type == operand.type)) continue;
      const std::string op = random->Pick(kOps);
      return {operand.text + " " + op + " " + Quoted(name),
              [operand, op, name = name](const Cells& row) -> Truth {
                const auto a = KeyOf(Look(row, operand.column, operand.entry));
                const auto b = KeyOf(Cell(row, name));
                if (!a || !b) return std::nullopt;
                return Holds(op, *a, *b);
              },
              {operand.column, name}};
    }
  }
  return Compare(operand, random->Pick(kOps), literals[0]);
}

}  // namespace

std::vector<std::string> Texts(const Predicates& predicates) {
  std::vector<std::string> texts;
  for (const auto& predicate : predicates) texts.push_back(predicate.text);
  return texts;
}

bool MatchesAll(const Predicates& predicates, const Cells& row) {
  for (const auto& predicate : predicates) {
    if (!predicate.Matches(row)) return false;
  }
  return true;
}

Predicate RandomPredicate(const FilterColumns& columns, Random* random, int depth) {
  if (depth == 0 || random->Chance(60)) return Atom(columns, random);
  Predicate a = RandomPredicate(columns, random, depth - 1);
  if (random->Chance(25)) {
    return {"NOT (" + a.text + ")",
            [f = a.eval](const Cells& row) -> Truth {
              const Truth truth = f(row);
              return truth ? Truth(!*truth) : truth;
            },
            a.columns};
  }
  Predicate b = RandomPredicate(columns, random, depth - 1);
  const bool both = random->Chance(50);
  std::set<std::string> named = a.columns;
  named.insert(b.columns.begin(), b.columns.end());
  return {"(" + a.text + (both ? ") AND (" : ") OR (") + b.text + ")",
          [f = a.eval, g = b.eval, both](const Cells& row) -> Truth {
            const Truth x = f(row), y = g(row);
            if (x == !both || y == !both) return !both;  // one of them decides
            if (!x || !y) return std::nullopt;
            return both;
          },
          named};
}

}  // namespace diotima::model
