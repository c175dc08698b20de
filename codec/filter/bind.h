// Binds filters to columns: finds names, checks types, converts literals.
#pragma once

#include <diotima/row.h>

#include "codec/filter/program.h"

namespace diotima {

// Binds as Filter::Bind does.
Result<FilterProgram> BindFilter(std::shared_ptr<const FilterTree> tree, const Schema& schema);

}  // namespace diotima
