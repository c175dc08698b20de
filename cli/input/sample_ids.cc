#include "cli/input/sample_ids.h"

#include <diotima/status_macros.h>

#include "cli/input/observed_reader.h"
#include "cli/input/row_input.h"

namespace diotima::cli {

Result<std::shared_ptr<const SampleSet>> ReadSampleIds(const std::string& path,
                                                       const std::vector<std::string>& columns,
                                                       ColumnTypes types, bool shows_progress) {
  Progress progress(shows_progress, "ids");
  DIOTIMA_ASSIGN(const RowInput opened, OpenRows(path, "", std::move(types)));
  ObservedReader rows(opened.rows.get(), opened.input.get(), &progress);
  return SampleSet::Read(rows, columns);
}

}  // namespace diotima::cli
