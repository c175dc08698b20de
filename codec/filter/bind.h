// Filters meet columns: names are found, types checked, literals converted.
#pragma once

#include <diotima/row.h>

#include "codec/filter/program.h"

namespace diotima {

// As Filter::Bind.
Result<FilterProgram> BindFilter(std::shared_ptr<const FilterTree> tree, const Schema& schema);

}  // namespace diotima
