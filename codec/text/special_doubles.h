// Numbers that JSON can only write as text: "NaN", "Infinity" and "-Infinity".
#pragma once

#include <diotima/value.h>

#include <span>

namespace diotima {

// Takes the texts for doubles in the cells of a column that was read without a type, if its cells
// are of one type then and of none otherwise. `seen` is the type of the cells before (null: none),
// and becomes that of these too. New items go to `arena`.
void TakeSpecialDoubles(std::span<Value> cells, Type* seen, Arena* arena);

}  // namespace diotima
