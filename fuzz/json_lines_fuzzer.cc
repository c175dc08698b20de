#include "fuzz/text_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return diotima::ReadAndPrint(data, size, diotima::OpenJsonLines);
}
