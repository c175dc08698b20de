// Filters: SQL WHERE text, parsed once and run on rows without decoding them (docs/semantics.md).
#pragma once

#include <diotima/export.h>
#include <diotima/row.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace diotima {

// A filter bound to columns: ready to run. Immutable and cheap to copy; thread-safe.
class DIOTIMA_EXPORT BoundFilter {
 public:
  // Returns whether the filter keeps the row: three-valued logic, where only true keeps it. The
  // schema of the row must be the one that the filter was bound to.
  bool Matches(const Row& row) const;

 private:
  friend class Filter;
  struct Program;
  std::shared_ptr<const Program> program_;
};

// A parsed filter. Immutable and cheap to copy; thread-safe.
class DIOTIMA_EXPORT Filter {
 public:
  // Parses a filter. Returns kInvalidArgument for text that is not in the grammar, with the
  // position (in characters, from 1) and what was expected there.
  static Result<Filter> Parse(std::string_view text);

  const std::string& text() const;
  // Returns the column names as written, each once, dotted ones joined (`a.b`).
  std::vector<std::string> columns() const;

  // Finds the columns and checks their types. `a.b` is the column of that name if there is one,
  // else the entry `b` of a struct or map column `a`. Returns kInvalidArgument for an unknown
  // column, for types that do not compare (naming the column and both types), for text that is not
  // a time, and for a filter without a column.
  Result<BoundFilter> Bind(const Schema& schema) const;

 private:
  struct Tree;
  std::shared_ptr<const Tree> tree_;
};

}  // namespace diotima
