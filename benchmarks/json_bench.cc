// JSON Lines on their way in: what simdjson alone does with the text, and what the reader of rows
// adds to it. Items are rows.
#include <benchmark/benchmark.h>
#include <diotima/text.h>

#include "benchmarks/bench_rows.h"
#include "codec/base/simdjson_no_throw.h"

namespace diotima {
namespace {

constexpr uint64_t kRows = 20'000;

// The rows of a root as text, about 230 bytes each: 100 of user data, names and hashes.
const simdjson::padded_string& WorkloadText() {
  static const auto* const kText = [] {
    RootRows rows(kRows, /*shuffled=*/false);
    std::string text;
    RowBatch batch;
    while (*rows.Read(&batch)) AppendJsonLines(batch, &text);
    return new simdjson::padded_string(text);
  }();
  return *kText;
}

void CountText(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kRows));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(WorkloadText().size()));
}

// Every token of an object is looked at, none is converted. Counts the scalars; 0 after an error.
size_t Walk(simdjson::ondemand::object object) {
  size_t scalars = 0;
  for (auto entry : object) {
    simdjson::ondemand::field field;
    if (std::move(entry).get(field) != simdjson::SUCCESS) return 0;
    benchmark::DoNotOptimize(field.key());
    simdjson::ondemand::object nested;
    if (field.value().get_object().get(nested) == simdjson::SUCCESS) {
      scalars += Walk(nested);
    } else {
      benchmark::DoNotOptimize(field.value().raw_json_token());
      ++scalars;
    }
  }
  return scalars;
}

// All lines in one stream.
void JsonTokensOfAStream(benchmark::State& state) {
  const auto& text = WorkloadText();
  simdjson::ondemand::parser parser;
  for (auto _ : state) {
    simdjson::ondemand::document_stream lines;
    if (parser.iterate_many(text).get(lines) != simdjson::SUCCESS) std::abort();
    size_t scalars = 0;
    for (auto line : lines) {
      simdjson::ondemand::object object;
      if (line.get_object().get(object) == simdjson::SUCCESS) scalars += Walk(object);
    }
    if (scalars != 7 * kRows) state.SkipWithError("not all values were seen");
  }
  CountText(state);
}
BENCHMARK(JsonTokensOfAStream);

// Each line a document of its own, as the reader of rows has it: an error is that of one line.
void JsonTokensOfLines(benchmark::State& state) {
  const auto& text = WorkloadText();
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document line;
  for (auto _ : state) {
    size_t scalars = 0;
    std::string_view left = text;
    while (!left.empty()) {
      const size_t size = left.find('\n');
      simdjson::ondemand::object object;
      if (parser.iterate(left.data(), size, size + simdjson::SIMDJSON_PADDING).get(line) ==
              simdjson::SUCCESS &&
          line.get_object().get(object) == simdjson::SUCCESS) {
        scalars += Walk(object);
      }
      left.remove_prefix(size + 1);
    }
    if (scalars != 7 * kRows) state.SkipWithError("not all values were seen");
  }
  CountText(state);
}
BENCHMARK(JsonTokensOfLines);

// Text to rows of batches.
void JsonRows(benchmark::State& state) {
  const auto& text = WorkloadText();
  RowBatch batch;
  for (auto _ : state) {
    std::FILE* file = fmemopen(const_cast<char*>(text.data()), text.size(), "r");
    auto rows = OpenJsonLines(file, {});
    size_t count = 0;
    while (*(*rows)->Read(&batch)) count += batch.rows();
    std::fclose(file);
    if (count != kRows) state.SkipWithError("not all rows were read");
  }
  CountText(state);
}
BENCHMARK(JsonRows);

}  // namespace
}  // namespace diotima
