#include <diotima/filter.h>
#include <diotima/status_macros.h>

#include <algorithm>

#include "codec/filter/bind.h"
#include "codec/filter/parser.h"

namespace diotima {

struct Filter::Tree : FilterTree {
  explicit Tree(FilterTree tree) : FilterTree(std::move(tree)) {}
};

struct BoundFilter::Program : FilterProgram {
  explicit Program(FilterProgram program) : FilterProgram(std::move(program)) {}
};

bool BoundFilter::Matches(const Row& row) const { return program_->Matches(row); }

Result<Filter> Filter::Parse(std::string_view text) {
  DIOTIMA_ASSIGN(FilterTree tree, ParseFilter(text));
  Filter filter;
  filter.tree_ = std::make_shared<const Tree>(std::move(tree));
  return filter;
}

const std::string& Filter::text() const { return tree_->text; }

std::vector<std::string> Filter::columns() const {
  std::vector<std::string> names;
  for (const auto& column : tree_->columns) {
    std::string name = column.Name();
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

Result<BoundFilter> Filter::Bind(const Schema& schema) const {
  DIOTIMA_ASSIGN(FilterProgram program, BindFilter(tree_, schema));
  BoundFilter bound;
  bound.program_ = std::make_shared<const BoundFilter::Program>(std::move(program));
  return bound;
}

}  // namespace diotima
