// `purge`: history goes, by age, by count, by version.
#include <diotima/status_macros.h>
#include <diotima/text.h>

#include "cli/commands/command.h"
#include "cli/commands/compact_store.h"
#include "cli/output/progress.h"
#include "cli/shell/confirm.h"

namespace diotima::cli {
namespace {

constexpr char kOldVersions[] = "old";  // among the feature versions

struct PurgeArguments {
  std::vector<std::string> features;
  std::string older_than;
  uint64_t keep = 0;  // 0: not given
  bool deleted = false;
  std::vector<std::string> feature_versions;
  bool dry_run = false;
  bool yes = false;
  bool no_compact = false;
};

bool AnyRetention(const Graph& graph) {
  for (const auto& spec : graph.features()) {
    if (spec.retention) return true;
  }
  return false;
}

Result<PurgeOptions> ToOptions(const PurgeArguments& arguments, Session* session) {
  PurgeOptions options;
  options.features = arguments.features;
  if (arguments.keep > 0) options.keep = arguments.keep;
  if (!arguments.older_than.empty()) {
    const auto age = ParseDuration(arguments.older_than);
    if (!age.ok()) return session->UsageError("--older-than: " + age.status().message());
    options.older_than = *age;
  }
  options.deleted = arguments.deleted;
  for (const auto& version : arguments.feature_versions) {
    if (version == kOldVersions) {
      options.old_versions = true;
    } else {
      options.feature_versions.push_back(version);
    }
  }
  if (!options.feature_versions.empty() && options.features.size() != 1) {
    return session->UsageError("--feature-versions names versions of one feature: name it");
  }
  options.by_retention = !options.keep && !options.older_than && !options.deleted &&
                         arguments.feature_versions.empty();
  return options;
}

Status Print(const PurgeOptions& options, const PurgeResult& result,
             const std::optional<CompactResult>& compacted, Session* session) {
  Json features = Json::array();
  for (const auto& purged : result.features) {
    features.push_back(
        {{"feature", purged.feature}, {"rows", purged.rows}, {"bytes", purged.bytes}});
  }
  Json object = {{"dry_run", options.dry_run},
                 {"rows", result.rows},
                 {"bytes", result.bytes},
                 {"features", std::move(features)}};
  if (compacted) {
    object["bytes_before"] = compacted->bytes_before;
    object["bytes_after"] = compacted->bytes_after;
  }
  return session->PrintResult(options.dry_run, object);
}

Result<PurgeResult> Purge(Store* store, const PurgeOptions& options, Session* session) {
  Progress progress(session->shows_progress(), "purge");
  PurgeOptions watched = options;
  watched.progress = progress.RowCallback();
  return store->Purge(watched);
}

std::vector<std::string> PurgedFeatures(const PurgeResult& result) {
  std::vector<std::string> features;
  for (const auto& purged : result.features) {
    if (purged.rows > 0) features.push_back(purged.feature);
  }
  return features;
}

Status RunPurge(const PurgeArguments& arguments, Session* session) {
  DIOTIMA_ASSIGN(PurgeOptions options, ToOptions(arguments, session));
  const bool confirm = !arguments.dry_run && !arguments.yes;
  if (confirm) DIOTIMA_TRY(CheckCanAsk("a purge", session));
  DIOTIMA_ASSIGN(const auto store,
                 arguments.dry_run ? session->OpenToRead() : session->OpenToChange());
  if (options.by_retention && !AnyRetention(store->graph())) {
    return session->UsageError(
        "purge: select history (--older-than, --keep, --deleted, --feature-versions), or give "
        "features a `retention` in the graph file");
  }
  if (arguments.dry_run || confirm) {
    options.dry_run = true;
    DIOTIMA_ASSIGN(const PurgeResult counted, Purge(store.get(), options, session));
    if (arguments.dry_run) return Print(options, counted, std::nullopt, session);
    DIOTIMA_TRY(Confirm("Remove " + std::to_string(counted.rows) + " rows forever?"));
    options.dry_run = false;
  }
  DIOTIMA_ASSIGN(const PurgeResult purged, Purge(store.get(), options, session));
  if (purged.rows == 0 || arguments.no_compact) {
    return Print(options, purged, std::nullopt, session);
  }
  DIOTIMA_ASSIGN(const CompactResult compacted,
                 CompactStore(store.get(), PurgedFeatures(purged), session));
  return Print(options, purged, compacted, session);
}

}  // namespace

void AddPurge(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<PurgeArguments>();
  CLI::App* command = AddCommand(
      parent, "purge", "Remove history: rows that later rows of their samples have superseded",
      "  diotima --store meta.db purge --older-than 30d --dry-run\n"
      "  diotima --store meta.db purge video/raw --keep 3 --older-than 30d --yes\n"
      "  diotima --store meta.db purge --deleted --feature-versions old --yes\n"
      "  diotima --store meta.db purge    # what each feature's `retention` says\n");
  command->add_option("FEATURE", arguments->features, "The features (all)");
  command
      ->add_option("--older-than", arguments->older_than,
                   "Remove rows that were superseded (or deleted) at least this long ago: 30d, 12h")
      ->type_name("DURATION");
  command
      ->add_option(
          "--keep", arguments->keep,
          "Remove rows that are not among the newest N of their sample; with --older-than, "
          "rows beyond both limits")
      ->type_name("N")
      ->check(AtLeast(1));
  command->add_flag("--deleted", arguments->deleted,
                    "Remove deleted samples, with all of their rows");
  command
      ->add_option("--feature-versions", arguments->feature_versions,
                   "Remove whole feature versions; `old`: all but the current one")
      ->type_name("VERSION");
  command->add_flag("--dry-run", arguments->dry_run, "Say how many rows and bytes, change nothing");
  command->add_flag("--yes", arguments->yes, "Do not ask");
  command->add_flag("--no-compact", arguments->no_compact,
                    "Do not free the space; `compact` does it later");
  command->callback(
      [=] { *run = [=](Session* session) { return RunPurge(*arguments, session); }; });
}

}  // namespace diotima::cli
