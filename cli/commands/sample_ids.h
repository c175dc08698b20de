// The files that name samples: --ids, --only-ids.
#pragma once

#include <diotima/sample_set.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cli/session.h"

namespace diotima::cli {

// Adds an option that takes such a file.
CLI::Option* AddSampleIds(CLI::App* command, const std::string& name, std::string* path,
                          const std::string& description);

// Reads the samples in a file, or - for stdin: rows as JSON Lines or CSV, with values for
// `columns`, of the types that the feature has. Null for an empty path.
Result<std::shared_ptr<const SampleSet>> ReadSampleIds(const std::string& path,
                                                       const std::string& feature,
                                                       const std::vector<std::string>& columns,
                                                       Store* store, const Session& session);
// Reads samples by the id columns of a feature, which must be defined unless the path is empty.
Result<std::shared_ptr<const SampleSet>> ReadSampleIds(const std::string& path,
                                                       const std::string& feature, Store* store,
                                                       const Session& session);

}  // namespace diotima::cli
