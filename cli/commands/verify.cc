// `verify`: everything is looked at.
#include <diotima/status_macros.h>

#include "cli/commands/command.h"
#include "cli/output/progress.h"

namespace diotima::cli {
namespace {

Status Verify(bool salvage, Session* session) {
  if (salvage) DIOTIMA_TRY(session->Salvage());
  DIOTIMA_ASSIGN(const auto store, session->OpenToCopy());
  VerifyOptions options;
  Progress progress(session->shows_progress(), "verify");
  options.progress = progress.Callback();
  DIOTIMA_ASSIGN(const VerifyResult result, store->Verify(options));
  progress.Clear();
  Json problems = Json::array();
  for (const auto& problem : result.problems) {
    problems.push_back(
        {{"where", problem.where}, {"what", problem.what}, {"advice", problem.advice}});
  }
  DIOTIMA_TRY(PrintObject(session->output(), session->format(),
                          {{"files", result.files},
                           {"bytes", result.bytes},
                           {"features", result.features},
                           {"versions", result.versions},
                           {"rows", result.rows},
                           {"journal_entries", result.journal_entries},
                           {"snapshots", result.snapshots},
                           {"problem_count", result.problem_count},
                           {"problems", std::move(problems)}}));
  if (result.problem_count == 0) return Status::Ok();
  const Problem& first = result.problems.front();
  return Status::Corruption("store '" + store->path() + "' has " +
                            std::to_string(result.problem_count) +
                            (result.problem_count == 1 ? " problem: " : " problems, the first: ") +
                            first.where + ": " + first.what + ": " + first.advice);
}

}  // namespace

void AddVerify(CLI::App* parent, Run* run) {
  CLI::App* command =
      AddCommand(parent, "verify", "Check everything: checksums, rows, journal and catalog",
                 "  diotima --store meta.db verify\n"
                 "  diotima --store meta.db verify --format json | jq '.problems[]'\n");
  auto salvage = std::make_shared<bool>(false);
  command->add_flag("--salvage", *salvage,
                    "First go on without commits that were acknowledged and are lost");
  command->callback([=] { *run = [=](Session* session) { return Verify(*salvage, session); }; });
}

}  // namespace diotima::cli
