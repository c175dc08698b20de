// Tuples: what decodes is written as bytes that stay as they are, once more decoded and written.
// (Not every tuple that decodes is one that is written: there are many NaNs.)
#include <cstdlib>

#include "codec/row/key.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace diotima;
  std::string_view in = Bytes(data, size);
  RowKey key;
  (void)ParseRowKey(in, &key);
  Arena arena;
  Value value;
  while (TakeTupleValue(&in, &value, &arena)) {
    std::string once, twice;
    AppendTupleValue(value, &once);
    std::string_view rest = once;
    if (!TakeTupleValue(&rest, &value, &arena) || !rest.empty()) std::abort();
    AppendTupleValue(value, &twice);
    if (once != twice) std::abort();
  }
  return 0;
}
