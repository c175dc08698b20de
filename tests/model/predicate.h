// Filters that are text and function at once: the engine reads the text, the model calls the
// function.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <variant>

#include "tests/model/cells.h"
#include "tests/model/random.h"

namespace diotima::model {

struct Predicate {
  std::string text;
  std::function<std::optional<bool>(const Cells&)> eval;  // nothing: null
  std::set<std::string> columns;

  bool Matches(const Cells& row) const { return eval(row).value_or(false); }
};

using Predicates = std::vector<Predicate>;

std::vector<std::string> Texts(const Predicates& predicates);
bool MatchesAll(const Predicates& predicates, const Cells& row);

// `columns`: what a filter may name, with types; `fields`: struct keys of the by-field maps.
// Not empty.
struct FilterColumns {
  std::map<std::string, Type> types;
  std::vector<std::string> fields;
};
Predicate RandomPredicate(const FilterColumns& columns, Random* random, int depth = 2);

}  // namespace diotima::model
