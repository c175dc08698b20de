#include "cli/commands/sample_ids.h"

#include <diotima/status_macros.h>

#include "cli/input/observed_reader.h"
#include "cli/input/row_input.h"

namespace diotima::cli {

CLI::Option* AddSampleIds(CLI::App* command, const std::string& name, std::string* path,
                          const std::string& description) {
  return command->add_option(name, *path, description + "; - is stdin")->type_name("FILE");
}

Result<std::shared_ptr<const SampleSet>> ReadSampleIds(const std::string& path,
                                                       const std::string& feature,
                                                       const std::vector<std::string>& columns,
                                                       Store* store, const Session& session) {
  if (path.empty()) return std::shared_ptr<const SampleSet>();
  Progress progress(session.shows_progress(), "ids");
  DIOTIMA_ASSIGN(const RowInput opened, OpenRows(path, "", TypesOf(store, feature)));
  ObservedReader rows(opened.rows.get(), opened.input.get(), &progress);
  return SampleSet::Read(rows, columns);
}

Result<std::shared_ptr<const SampleSet>> ReadSampleIds(const std::string& path,
                                                       const std::string& feature, Store* store,
                                                       const Session& session) {
  if (path.empty()) return std::shared_ptr<const SampleSet>();
  DIOTIMA_ASSIGN(const FeatureSpec* spec, store->graph().Get(feature));
  return ReadSampleIds(path, feature, spec->id_columns, store, session);
}

}  // namespace diotima::cli
