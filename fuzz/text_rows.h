// Rows as text: every input is read to its end or refused, and what was read can be printed.
#pragma once

#include <diotima/text.h>

#include "fuzz/fuzz.h"

namespace diotima {

// `open` is OpenJsonLines or OpenCsv.
template <typename Open>
int ReadAndPrint(const uint8_t* data, size_t size, const Open& open) {
  std::FILE* file = OpenMemory(data, size);
  if (file == nullptr) return 0;
  TextOptions options;
  options.types = [](std::string_view column) -> std::optional<Type> {
    if (column == "t") return Type(Kind::kTimestamp);
    if (column == "b") return Type(Kind::kBytes);
    if (column == "l") return Type::List(Type(Kind::kInt64));
    return std::nullopt;
  };
  auto reader = open(file, std::move(options));
  RowBatch batch;
  std::string out;
  while (reader.ok()) {
    const auto more = (*reader)->Read(&batch);
    if (!more.ok() || !*more) break;
    for (size_t row = 0; row < batch.rows(); ++row) {
      for (size_t c = 0; c < batch.columns().size(); ++c) AppendJson(batch.Get(row, c), &out);
    }
    out.clear();
  }
  std::fclose(file);
  return 0;
}

}  // namespace diotima
