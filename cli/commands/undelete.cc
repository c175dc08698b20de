// `undelete`: soft-deleted samples, back again.
#include <diotima/status_macros.h>

#include "cli/commands/command.h"
#include "cli/commands/sample_ids.h"
#include "cli/input/feature_rows.h"
#include "cli/output/progress.h"

namespace diotima::cli {
namespace {

struct UndeleteArguments {
  std::string feature;
  std::string ids;
  UndeleteOptions options;
};

Status Undelete(const UndeleteArguments& arguments, Session* session) {
  UndeleteOptions options = arguments.options;
  Progress progress(session->shows_progress(), "undelete");
  options.progress = progress.RowCallback();
  DIOTIMA_ASSIGN(const auto store,
                 options.dry_run ? session->OpenToRead() : session->OpenToChange());
  DIOTIMA_ASSIGN(options.ids,
                 ReadSampleIds(arguments.ids, arguments.feature, store.get(), *session));
  DIOTIMA_ASSIGN(const WriteResult result, store->Undelete(arguments.feature, options));
  progress.Clear();
  return session->PrintResult(options.dry_run,
                              {{"feature", arguments.feature},
                               {"rows", result.rows},
                               {"dry_run", options.dry_run},
                               {"commit_time", CommitTimeJson(result.commit_time)}});
}

}  // namespace

void AddUndelete(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<UndeleteArguments>();
  CLI::App* command =
      AddCommand(parent, "undelete", "Bring back samples that were marked as deleted",
                 "  diotima --store meta.db undelete video/raw --filter \"video_id = 'v7'\"\n"
                 "  diotima --store meta.db undelete video/raw --dry-run\n");
  command->add_option("FEATURE", arguments->feature, "The feature")->required();
  AddRepeated(command, "--filter", &arguments->options.filters,
              "Only samples whose deletion matches this SQL condition; several must all match");
  AddSampleIds(command, "--ids", &arguments->ids,
               "Only the samples in this file: rows with the id columns");
  command->add_flag("--dry-run", arguments->options.dry_run,
                    "Say how many samples, change nothing");
  command->callback(
      [=] { *run = [=](Session* session) { return Undelete(*arguments, session); }; });
}

}  // namespace diotima::cli
