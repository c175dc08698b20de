// Macros that pass an error on to the caller. For functions that return Status or Result.
#pragma once

#include <diotima/status.h>

#define DIOTIMA_CONCAT_(a, b) a##b
#define DIOTIMA_CONCAT(a, b) DIOTIMA_CONCAT_(a, b)

// Returns the Status of `expr` from the enclosing function unless it is OK.
//
//   DIOTIMA_TRY(cursor.status());
#define DIOTIMA_TRY(expr)                                   \
  do {                                                      \
    if (::diotima::Status s_ = (expr); !s_.ok()) return s_; \
  } while (false)

// Evaluates `expr`, a Result. Returns its Status from the enclosing function on failure, else moves
// its value to `lhs`, which may be a declaration. It is several statements: never the only one
// after an `if` without braces.
//
//   DIOTIMA_ASSIGN(auto store, diotima::Store::Open("meta.db"));
#define DIOTIMA_ASSIGN(lhs, expr) DIOTIMA_ASSIGN_(DIOTIMA_CONCAT(result_, __LINE__), lhs, expr)
#define DIOTIMA_ASSIGN_(tmp, lhs, expr) \
  auto tmp = (expr);                    \
  if (!tmp.ok()) return tmp.status();   \
  lhs = std::move(tmp).value()
