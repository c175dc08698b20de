// Random operations on a store whose disk fails now and then, compared with the model
// (tests/model): the input is a plan, and two bytes or more for each step.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "fuzz/fuzz.h"
#include "tests/model/runner.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace diotima;
  constexpr size_t kHead = 4, kStep = 4, kSteps = 12;
  if (size < kHead + kStep) return 0;
  uint32_t plan = 0;
  std::memcpy(&plan, data, kHead);
  try {
    model::Runner runner(plan, std::make_shared<FaultFileSystem>(plan));
    runner.Begin();
    size_t steps = 0;
    for (size_t at = kHead; at + kStep <= size && steps < kSteps; at += kStep, ++steps) {
      model::Step step;
      step.operation = data[at] % 100;
      step.seed = static_cast<uint64_t>(data[at + 1]) << 8 | data[at + 2];
      data[at + 3] % 2 != 0 ? runner.TakeWithFaults(step) : runner.Take(step);
    }
    runner.End();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    std::abort();
  }
  return 0;
}
