// `drop`: a feature, as if it had never been written.
#include <diotima/status_macros.h>

#include "cli/commands/command.h"
#include "cli/shell/confirm.h"

namespace diotima::cli {
namespace {

struct DropArguments {
  std::string feature;
  bool dry_run = false;
  bool yes = false;
};

Status Drop(const DropArguments& arguments, Session* session) {
  const bool confirm = !arguments.dry_run && !arguments.yes;
  if (confirm) DIOTIMA_TRY(CheckCanAsk("drop", session));
  DIOTIMA_ASSIGN(const auto store,
                 arguments.dry_run ? session->OpenToRead() : session->OpenToChange());
  if (confirm) {
    DIOTIMA_ASSIGN(const WriteResult counted, store->Drop(arguments.feature, /*dry_run=*/true));
    DIOTIMA_TRY(Confirm("Remove all " + std::to_string(counted.rows) + " rows of " +
                        arguments.feature + ", and forget its columns?"));
  }
  DIOTIMA_ASSIGN(const WriteResult result, store->Drop(arguments.feature, arguments.dry_run));
  return session->PrintResult(
      arguments.dry_run,
      {{"feature", arguments.feature}, {"rows", result.rows}, {"dry_run", arguments.dry_run}});
}

}  // namespace

void AddDrop(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<DropArguments>();
  CLI::App* command = AddCommand(parent, "drop", "Forget a feature: its rows, versions and columns",
                                 "  diotima --store meta.db drop video/raw --dry-run\n"
                                 "  diotima --store meta.db drop video/raw --yes\n");
  command->add_option("FEATURE", arguments->feature, "The feature")->required();
  command->add_flag("--dry-run", arguments->dry_run, "Say how many rows, change nothing");
  command->add_flag("--yes", arguments->yes, "Do not ask");
  command->callback([=] { *run = [=](Session* session) { return Drop(*arguments, session); }; });
}

}  // namespace diotima::cli
