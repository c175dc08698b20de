// Macros that pass an error on to the caller. For functions that return Status or Result.
#pragma once

#include <diotima/status.h>

#define DIOTIMA_CONCAT_(a, b) a##b
#define DIOTIMA_CONCAT(a, b) DIOTIMA_CONCAT_(a, b)

// Returns the Status of `expr` from the enclosing function unless it is OK.
//
//   DIOTIMA_TRY(cursor.status());
#define DIOTIMA_TRY(expr) DIOTIMA_TRY_(DIOTIMA_CONCAT(diotima_status_, __COUNTER__), expr)
#define DIOTIMA_TRY_(tmp, expr)                                \
  do {                                                         \
    if (::diotima::Status tmp = (expr); !tmp.ok()) return tmp; \
  } while (false)

// Evaluates `expr`, a Result. Returns its Status from the enclosing function on failure, else moves
// its value to `lhs`, which may be a declaration. It is several statements: never the only one
// after an `if` without braces.
//
//   DIOTIMA_ASSIGN(auto store, diotima::Store::Open("meta.db"));
#define DIOTIMA_ASSIGN(lhs, expr) \
  DIOTIMA_ASSIGN_(DIOTIMA_CONCAT(diotima_result_, __COUNTER__), lhs, expr)
#define DIOTIMA_ASSIGN_(tmp, lhs, expr) \
  auto tmp = (expr);                    \
  if (!tmp.ok()) return tmp.status();   \
  lhs = std::move(tmp).value()
