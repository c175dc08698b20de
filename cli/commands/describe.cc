// `describe`: everything about one feature.
#include <diotima/status_macros.h>

#include "cli/commands/command.h"
#include "cli/output/live_rows.h"
#include "cli/report/feature_json.h"

namespace diotima::cli {
namespace {

Status Describe(const std::string& feature, Session* session) {
  DIOTIMA_ASSIGN(const GraphSource source, FindGraph(session));
  DIOTIMA_ASSIGN(Json object, FeatureJson(source, feature, /*count_rows=*/true));
  object["rows"] = 0;
  if (source.store) {
    DIOTIMA_ASSIGN(object["rows"], CountLiveRows(source.store.get(), feature));
  }
  return PrintObject(session->output(), session->format(), object);
}

}  // namespace

void AddDescribe(CLI::App* parent, Run* run) {
  auto feature = std::make_shared<std::string>();
  CLI::App* command = AddCommand(parent, "describe", "Show everything about one feature",
                                 "  diotima --store meta.db describe video/crop\n"
                                 "  diotima --graph features.toml describe video/crop\n");
  command->add_option("FEATURE", *feature, "The feature")->required();
  command->callback([=] { *run = [=](Session* session) { return Describe(*feature, session); }; });
}

}  // namespace diotima::cli
