// `resolve`: what is to be computed.
#include <diotima/status_macros.h>

#include <algorithm>

#include "cli/commands/command.h"
#include "cli/commands/feature_filters.h"
#include "cli/commands/sample_ids.h"
#include "cli/input/observed_reader.h"
#include "cli/input/row_input.h"
#include "cli/output/change_printer.h"
#include "cli/output/time.h"
#include "cli/signals.h"

namespace diotima::cli {
namespace {

struct ResolveArguments {
  std::string feature;
  std::string samples;
  std::string only_ids;
  std::string input_format;
  std::vector<std::string> filters;  // FEATURE=TEXT
  ResolveOptions options;
  std::vector<std::string> only;
  bool count = false;
  bool explain = false;
  std::optional<std::string> as_of;

  bool Shows(Change change) const {
    return only.empty() || std::find(only.begin(), only.end(), ChangeName(change)) != only.end();
  }
};

Status PrintCounts(Session* session, const UpdateCounts& counts) {
  return PrintObject(session->output(), session->format(),
                     {{"new", counts.new_samples},
                      {"stale", counts.stale_samples},
                      {"orphaned", counts.orphaned_samples},
                      {"progress", counts.progress ? Json(*counts.progress) : Json()},
                      {"rows", counts.rows}});
}

Status PrintChanges(const ResolveArguments& arguments, Session* session, UpdateCursor* cursor) {
  session->WarnAll(cursor->warnings());
  ChangePrinter printer(session->output(), session->format());
  Progress progress(session->shows_progress(/*prints_rows=*/!arguments.count), "resolve");
  for (uint64_t steps = 0; cursor->Valid(); cursor->Next(), ++steps) {
    if (!arguments.count && arguments.Shows(cursor->change())) {
      DIOTIMA_TRY(printer.Print(cursor->change(), cursor->row()));
    }
    progress.Add(1);
    if (steps % 1024 == 0) DIOTIMA_TRY(CheckInterrupt());
  }
  DIOTIMA_TRY(cursor->status());
  return arguments.count ? PrintCounts(session, cursor->counts()) : printer.End();
}

Status Resolve(const ResolveArguments& arguments, Session* session) {
  ResolveOptions options = arguments.options;
  DIOTIMA_ASSIGN(options.filters, SplitFilters(arguments.filters, session));
  if (arguments.as_of) {
    const auto time = ParseTimeArgument(*arguments.as_of);
    if (!time.ok()) return session->UsageError("--as-of: " + time.status().message());
    options.as_of = *time;
  }
  DIOTIMA_ASSIGN(const auto store, session->OpenToRead());
  if (!arguments.only_ids.empty()) {
    DIOTIMA_TRY(store->graph().Get(arguments.feature).status());
    DIOTIMA_ASSIGN(options.scope, ReadSampleIds(arguments.only_ids, arguments.feature,
                                                store->graph().JoinColumns(arguments.feature),
                                                store.get(), *session));
  }
  Progress progress(session->shows_progress(), "samples");
  RowInput opened;
  std::optional<ObservedReader> samples;
  if (!arguments.samples.empty()) {
    DIOTIMA_TRY(store->graph().Get(arguments.feature).status());
    DIOTIMA_ASSIGN(opened, OpenRows(arguments.samples, arguments.input_format,
                                    TypesOf(store.get(), arguments.feature)));
    samples.emplace(opened.rows.get(), opened.input.get(), &progress);
    options.samples = &*samples;
  }
  if (arguments.explain) {
    DIOTIMA_ASSIGN(const std::string plan, store->ExplainUpdate(arguments.feature, options));
    return session->output()->Write(plan);
  }
  DIOTIMA_ASSIGN(UpdateCursor cursor, store->ResolveUpdate(arguments.feature, options));
  progress.Clear();
  return PrintChanges(arguments, session, &cursor);
}

void AddFilterOptions(CLI::App* command, ResolveArguments* arguments) {
  AddRepeated(command, "--filter", &arguments->filters, "Rows of one feature to take part",
              "FEATURE=TEXT");
  AddRepeated(command, "--global-filter", &arguments->options.global_filters,
              "Only rows of any feature that match this SQL condition");
  AddRepeated(command, "--target-filter", &arguments->options.target_filters,
              "Compare only with stored rows of FEATURE that match this SQL condition");
  AddRepeated(
      command, "--stale-if", &arguments->options.staleness_predicates,
      "Stored rows of FEATURE that match this SQL condition are stale, whatever their hashes");
}

}  // namespace

void AddResolve(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<ResolveArguments>();
  CLI::App* command =
      AddCommand(parent, "resolve", "Print what is new, stale or orphaned",
                 "  diotima --store meta.db resolve video/crop\n"
                 "  diotima --store meta.db resolve video/raw --samples rows.jsonl --count\n"
                 "  diotima --store meta.db resolve video/crop --only-ids today.jsonl\n"
                 "  diotima --store meta.db resolve video/crop --only new --only stale \\\n"
                 "      --filter \"video/raw=score > 0.5\" --stale-if \"quality IS NULL\"\n");
  command->add_option("FEATURE", arguments->feature, "The feature")->required();
  command
      ->add_option("--samples", arguments->samples,
                   "The expected rows (a root feature needs them): a file, or - for stdin")
      ->type_name("FILE");
  AddChoice(command, "--input-format", &arguments->input_format, {"jsonl", "csv"},
            "The format of the samples (default: csv for *.csv, else jsonl)");
  AddSampleIds(command, "--only-ids", &arguments->only_ids,
               "Look only at the samples in this file: rows with the input id columns");
  AddFilterOptions(command, arguments.get());
  command->add_flag("--distinct", arguments->options.distinct,
                    "One row for each sample, also where an aggregation has several");
  command->add_flag("--skip-comparison", arguments->options.skip_comparison,
                    "Report all expected rows as new");
  AddRepeated(command, "--only", &arguments->only, "Changes to print", "new|stale|orphaned")
      ->delimiter(',')
      ->check(CLI::IsMember({"new", "stale", "orphaned"}));
  command->add_flag("--count", arguments->count, "Print how many there are, not the rows");
  command->add_flag(
      "--explain", arguments->explain,
      "Print the plan: what is read, in which order, and how it is joined and compared");
  command->add_option("--as-of", arguments->as_of, "As the store was at that time")
      ->type_name("TIME");
  command->callback([=] { *run = [=](Session* session) { return Resolve(*arguments, session); }; });
}

}  // namespace diotima::cli
