// Graph files: the first byte says whether the rest is TOML or JSON.
#include <diotima/graph.h>

#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace diotima;
  if (size == 0) return 0;
  const auto format = data[0] % 2 == 0 ? GraphFormat::kToml : GraphFormat::kJson;
  const auto graph = Graph::FromText(Bytes(data + 1, size - 1), format, "fuzz");
  if (!graph.ok()) return 0;
  (void)graph->Render(RenderFormat::kTerminal);
  (void)graph->ProjectVersion(8);
  (void)graph->ToJson();
  return 0;
}
