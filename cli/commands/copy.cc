// `copy`: rows from one store to another.
#include <diotima/status_macros.h>

#include <chrono>

#include "cli/commands/command.h"
#include "cli/commands/feature_filters.h"
#include "cli/input/feature_rows.h"
#include "cli/output/progress.h"

namespace diotima::cli {
namespace {

struct CopyArguments {
  std::string from, to;
  std::vector<std::string> filters;  // FEATURE=TEXT
  std::string with_feature_history = "true";
  CopyOptions options;
};

Status Copy(const CopyArguments& arguments, Session* session) {
  CopyOptions options = arguments.options;
  DIOTIMA_ASSIGN(options.filters, SplitFilters(arguments.filters, session));
  options.with_feature_history = arguments.with_feature_history == "true";
  const auto start = std::chrono::steady_clock::now();
  DIOTIMA_ASSIGN(const auto from, session->OpenToRead(session->NamedStore(arguments.from)));
  for (const auto& feature : options.features) DIOTIMA_TRY(from->graph().Get(feature).status());
  DIOTIMA_ASSIGN(const auto to, session->OpenToWrite(session->NamedStore(arguments.to)));
  Progress progress(session->shows_progress(), "copy");
  options.progress = progress.RowCallback();
  DIOTIMA_ASSIGN(const CopyResult result, to->CopyFrom(*from, options));
  progress.Clear();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return session->PrintResult(/*dry_run=*/false,
                              {{"rows", result.rows},
                               {"features", FeatureRowsJson(result.features)},
                               {"from", from->path()},
                               {"to", to->path()},
                               {"commit_time", CommitTimeJson(result.commit_time)},
                               {"seconds", seconds.count()}});
}

}  // namespace

void AddCopy(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<CopyArguments>();
  CopyOptions& options = arguments->options;
  CLI::App* command = AddCommand(
      parent, "copy", "Copy rows to another store, with their versions and times",
      "  diotima --graph features.toml copy video/raw --from prod --to dev\n"
      "  diotima --graph features.toml copy video/raw video/crop --from prod --to dev \\\n"
      "      --filter \"video/raw=score > 0.5\" --with-sample-history\n");
  command->add_option("FEATURE", options.features, "The features")->required();
  command->add_option("--from", arguments->from, "The store to read: a configured name, or a path")
      ->type_name("NAME|PATH")
      ->required();
  command->add_option("--to", arguments->to, "The store to write to, likewise")
      ->type_name("NAME|PATH")
      ->required();
  AddRepeated(command, "--filter", &arguments->filters, "Rows of one feature to copy",
              "FEATURE=TEXT");
  AddRepeated(command, "--global-filter", &options.global_filters, "Rows of all features to copy");
  command
      ->add_flag("--with-feature-history{true}", arguments->with_feature_history,
                 "Copy rows of all feature versions (default); =false: of the current one")
      ->check(CLI::IsMember({"true", "false"}));
  command->add_flag("--with-sample-history", options.with_sample_history,
                    "Copy every row of a sample, deletions too, not only its latest row");
  command->callback([=] { *run = [=](Session* session) { return Copy(*arguments, session); }; });
}

}  // namespace diotima::cli
