// Tells a process from those it has forked.
#pragma once

#include <cstdint>

namespace diotima {

// Changes in a child after fork(), and costs no system call. Thread-safe.
uint64_t ProcessNumber();

}  // namespace diotima
