// The shape of every iterator over rows or records inside of the library:
//
//   for (; cursor.Valid(); cursor.Next()) …
//   return cursor.status();
//
// status() says why the cursor ended, and is OK while Valid(). Classes check it by a static_assert.
#pragma once

#include <diotima/row.h>

#include <concepts>

namespace diotima {

template <typename T>
concept Steps = requires(T cursor, const T& view) {
  { view.Valid() } -> std::same_as<bool>;
  { cursor.Next() } -> std::same_as<void>;
  { view.status() } -> std::same_as<const Status&>;
};

template <typename T>
concept RowCursor = Steps<T> && requires(const T& view) {
  { view.row() } -> std::convertible_to<const Row&>;
};

}  // namespace diotima
