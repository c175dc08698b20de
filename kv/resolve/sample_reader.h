// Makes the samples of a caller an input of the increment: encoded like stored rows, and sorted by
// join columns.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph/increment/join_input.h"
#include "graph/increment/plan.h"
#include "kv/core.h"

namespace diotima {

struct SampleInput {
  IncrementPlan plan;  // of one participant: the samples
  std::unique_ptr<JoinInput> input;
};

// Reads all samples of the options, and keeps those of their scope. Filters see the columns of the
// samples and the four hash columns.
Result<SampleInput> ReadSamples(const StoreCore* core, const StoreView& view,
                                const FeatureDefinition& definition,
                                const std::vector<std::string>& filters,
                                const ResolveOptions& options);

}  // namespace diotima
