// Reads the files that name samples: --ids, --only-ids.
#pragma once

#include <diotima/sample_set.h>
#include <diotima/text.h>

#include <memory>
#include <string>
#include <vector>

namespace diotima::cli {

// Reads the samples in a file, or - for stdin: rows as JSON Lines or CSV, with values for `columns`
// of these types.
Result<std::shared_ptr<const SampleSet>> ReadSampleIds(const std::string& path,
                                                       const std::vector<std::string>& columns,
                                                       ColumnTypes types, bool shows_progress);

}  // namespace diotima::cli
