// `rebase`: rows of an old version under new definitions.
#include <diotima/status_macros.h>

#include "cli/commands/command.h"
#include "cli/input/feature_rows.h"
#include "cli/output/progress.h"

namespace diotima::cli {
namespace {

struct RebaseArguments {
  std::string feature;
  RebaseOptions options;
};

Status Rebase(const RebaseArguments& arguments, Session* session) {
  RebaseOptions options = arguments.options;
  Progress progress(session->shows_progress(), "rebase");
  options.progress = progress.RowCallback();
  DIOTIMA_ASSIGN(const auto store, options.dry_run ? session->OpenToRead()
                                                   : session->OpenToChange(/*with_fallback=*/true));
  DIOTIMA_ASSIGN(const WriteResult result, store->Rebase(arguments.feature, options));
  progress.Clear();
  std::string to;
  if (options.to) {
    to = *options.to;
  } else {
    to = store->graph()
             .Versions(arguments.feature, store->hasher().truncation_length)
             .feature_version;
  }
  return session->PrintResult(options.dry_run,
                              {{"feature", arguments.feature},
                               {"rows", result.rows},
                               {"from", options.from},
                               {"to", to},
                               {"dry_run", options.dry_run},
                               {"commit_time", CommitTimeJson(result.commit_time)}});
}

}  // namespace

void AddRebase(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<RebaseArguments>();
  CLI::App* command =
      AddCommand(parent, "rebase",
                 "Move rows of an old feature version to a new one, without computing them again",
                 "  diotima --store meta.db rebase video/crop --from 81edaf18 --dry-run\n"
                 "  diotima --store meta.db rebase video/crop --from 81edaf18 --to 2ab36dc7\n");
  command->add_option("FEATURE", arguments->feature, "The feature")->required();
  command->add_option("--from", arguments->options.from, "The feature version of the rows")
      ->type_name("VERSION")
      ->required();
  command
      ->add_option("--to", arguments->options.to,
                   "The feature version to take (default: the current one; another one of a "
                   "pushed graph)")
      ->type_name("VERSION");
  command
      ->add_option("--materialization-id", arguments->options.materialization_id,
                   "The id of this run, kept with each row")
      ->type_name("ID");
  command->add_flag("--dry-run", arguments->options.dry_run, "Say how many rows, change nothing");
  command->callback([=] { *run = [=](Session* session) { return Rebase(*arguments, session); }; });
}

}  // namespace diotima::cli
