// Tuples: what decodes must encode to bytes that decode to the same.
#include <cstdlib>

#include "codec/key.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace diotima;
  std::string_view in = Bytes(data, size);
  RowKey key;
  (void)ParseRowKey(in, &key);
  Arena arena;
  Value value;
  while (TakeTupleValue(&in, &value, &arena)) {
    std::string again;
    AppendTupleValue(value, &again);
    std::string_view rest = again;
    Value same;
    if (!TakeTupleValue(&rest, &same, &arena) || !rest.empty() || !(same == value)) std::abort();
  }
  return 0;
}
