// `write`: rows from text, in one commit.
#include <diotima/status_macros.h>

#include <chrono>

#include "cli/commands/command.h"
#include "cli/input/feature_rows.h"
#include "cli/input/observed_reader.h"
#include "cli/input/row_input.h"
#include "cli/report/unknown_versions.h"
#include "cli/signals.h"

namespace diotima::cli {
namespace {

struct WriteArguments {
  std::string feature;  // with --multi the file
  std::string file_name;
  std::string input_format;
  std::optional<std::string> materialization_id;
  bool preserve_feature_version = false;
  bool multi = false;

  std::string file() const {
    const std::string& name = multi ? feature : file_name;
    return name.empty() ? "-" : name;
  }
  WriteOptions options() const {
    return {materialization_id, preserve_feature_version, true, CheckInterrupt};
  }
};

Result<WriteResult> WriteOne(const WriteArguments& arguments, Session* session, Store* store) {
  const std::string& feature = arguments.feature;
  DIOTIMA_TRY(store->graph().Get(feature).status());
  DIOTIMA_ASSIGN(const RowInput opened,
                 OpenRows(arguments.file(), arguments.input_format, TypesOf(store, feature)));
  Progress progress(session->shows_progress(), "write");
  ObservedReader rows(opened.rows.get(), opened.input.get(), &progress);
  return store->Write(feature, rows, arguments.options());
}

Result<WriteResult> WriteMulti(const WriteArguments& arguments, Session* session, Store* store) {
  auto types = [store](std::string_view feature) { return TypesOf(store, std::string(feature)); };
  DIOTIMA_ASSIGN(const MultiInput opened, OpenMultiRows(arguments.file(), types));
  DIOTIMA_ASSIGN(Commit commit, store->BeginCommit(arguments.options()));
  Progress progress(session->shows_progress(), "write");
  std::string feature;
  RowBatch batch;
  for (;;) {
    DIOTIMA_ASSIGN(const bool more, opened.rows->Read(&feature, &batch));
    DIOTIMA_TRY(ObserveBatch(batch.rows(), opened.input.get(), &progress));
    if (!more) break;
    DIOTIMA_TRY(commit.Append(feature, batch));
  }
  progress.AllRead();
  return commit.Finish();
}

Json ToJson(const WriteArguments& arguments, const WriteResult& result, double seconds) {
  Json object;
  if (arguments.multi) {
    object["rows"] = result.rows;
    object["features"] = FeatureRowsJson(result.features);
  } else {
    object["feature"] = arguments.feature;
    object["rows"] = result.rows;
  }
  object["commit_time"] = CommitTimeJson(result.commit_time);
  object["seconds"] = seconds;
  return object;
}

Status Write(const WriteArguments& arguments, Session* session) {
  if (!arguments.multi && arguments.feature.empty()) {
    return session->UsageError("write: FEATURE is required, or --multi");
  }
  if (arguments.multi && !arguments.file_name.empty()) {
    return session->UsageError("write --multi: the rows name their features: give FILE alone");
  }
  if (arguments.multi && arguments.input_format == "csv") {
    return session->UsageError("write --multi: rows of several features are JSON Lines, not csv");
  }
  const auto start = std::chrono::steady_clock::now();
  DIOTIMA_ASSIGN(const auto store, session->OpenToWrite());
  DIOTIMA_ASSIGN(const WriteResult result, arguments.multi
                                               ? WriteMulti(arguments, session, store.get())
                                               : WriteOne(arguments, session, store.get()));
  if (arguments.preserve_feature_version) {
    UnknownVersions unknown(store.get());
    for (const auto& [feature, rows] : result.features) {
      unknown.Warn(feature, session);
    }
  }
  if (result.repeated_rows > 0) {
    session->Warn(
        std::to_string(result.repeated_rows) +
        " rows are of samples that the input has more than once: the last row of a sample "
        "is its latest, the others are history");
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return session->PrintResult(/*dry_run=*/false, ToJson(arguments, result, seconds.count()));
}

}  // namespace

void AddWrite(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<WriteArguments>();
  CLI::App* command =
      AddCommand(parent, "write", "Append rows, all in one commit",
                 "  diotima --store meta.db --graph features.toml write video/raw rows.jsonl\n"
                 "  produce-rows | diotima --store meta.db write video/raw --materialization-id 7\n"
                 "  diotima --store meta.db write --multi mixed.jsonl\n");
  command->add_option("FEATURE", arguments->feature, "The feature (not with --multi)");
  command->add_option("FILE", arguments->file_name, "The rows (default: -, standard input)");
  AddChoice(command, "--input-format", &arguments->input_format, {"jsonl", "csv"},
            "The format of the file (default: csv for *.csv, else jsonl)");
  command
      ->add_option("--materialization-id", arguments->materialization_id,
                   "The id of this run, kept with each row")
      ->type_name("ID");
  command->add_flag("--preserve-feature-version", arguments->preserve_feature_version,
                    "Keep the feature and project version of rows that have both");
  command->add_flag("--multi", arguments->multi,
                    "Rows of several features: lines {\"feature\": …, \"row\": …}");
  command->callback([=] { *run = [=](Session* session) { return Write(*arguments, session); }; });
}

}  // namespace diotima::cli
