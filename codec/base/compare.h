// Compares values as filters do: by value, over all types of numbers and of times.
#pragma once

#include <diotima/value.h>

namespace diotima {

// Values compare only within one class.
enum class ValueClass : uint8_t { kNull, kBool, kNumber, kText, kBytes, kTime, kNested };

ValueClass ClassOf(Kind kind);

// Returns a negative number, zero or a positive number. Numbers compare exactly, never rounded; NaN
// equals itself and is greater than every number; -0.0 equals 0.0. Text and bytes compare by bytes,
// a date as its midnight in UTC. Both values must be of one class, and neither null nor nested.
int CompareValues(const Value& a, const Value& b);

}  // namespace diotima
