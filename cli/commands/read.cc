// `read`: rows of a feature.
#include <diotima/status_macros.h>

#include <algorithm>
#include <limits>

#include "cli/commands/command.h"
#include "cli/output/progress.h"
#include "cli/output/row_printer.h"
#include "cli/output/time.h"
#include "cli/signals.h"

namespace diotima::cli {
namespace {

struct ReadArguments {
  std::string feature;
  ReadOptions options;
  std::vector<std::string> columns;
  std::optional<std::string> as_of;
  uint64_t limit = std::numeric_limits<uint64_t>::max();
  bool no_fallback = false;
};

Status PrintRows(uint64_t limit, Session* session, Cursor* cursor) {
  RowPrinter printer(session->output(), session->format(), cursor->schema());
  Progress progress(session->shows_progress(/*prints_rows=*/true), "read");
  for (uint64_t rows = 0; cursor->Valid() && rows < limit; cursor->Next(), ++rows) {
    DIOTIMA_TRY(printer.Print(cursor->row()));
    progress.Add(1);
    if (rows % 1024 == 0) DIOTIMA_TRY(CheckInterrupt());
  }
  DIOTIMA_TRY(printer.End());
  return cursor->Valid() ? Status::Ok() : cursor->status();
}

// Splits lists of names at commas. A name in double quotes may hold any, and a quote twice.
Result<std::vector<std::string>> SplitNames(const std::vector<std::string>& lists,
                                            Session* session) {
  std::vector<std::string> names;
  for (const auto& list : lists) {
    for (size_t at = 0; at <= list.size(); ++at) {
      std::string& name = names.emplace_back();
      const bool quoted = at < list.size() && list[at] == '"';
      if (quoted) {
        for (++at; at < list.size() && (list[at] != '"' || list.substr(at, 2) == "\"\""); ++at) {
          if (list[at] == '"') ++at;
          name += list[at];
        }
        if (at++ >= list.size())
          return session->UsageError("--columns: a quote is missing: " + list);
        if (at < list.size() && list[at] != ',') {
          return session->UsageError("--columns: something follows a quoted name: " + list);
        }
        continue;
      }
      for (; at < list.size() && list[at] != ','; ++at) name += list[at];
    }
  }
  return names;
}

Result<bool> HasRows(Store* store, const std::string& feature, const ReadOptions& options) {
  DIOTIMA_ASSIGN(const Cursor cursor, store->Read(feature, options));
  DIOTIMA_TRY(cursor.status());
  return cursor.Valid();
}

// Where a feature had no rows of the current version at that time, but rows of others.
Status CheckVersionsThen(const std::string& feature, std::optional<Time> as_of, Store* store) {
  ReadOptions then;
  then.as_of = as_of;
  then.with_sample_history = then.include_soft_deleted = true;
  DIOTIMA_ASSIGN(const bool any, HasRows(store, feature, then));
  if (any) return Status::Ok();
  DIOTIMA_ASSIGN(const FeatureInfo info, store->Describe(feature));
  std::string versions;
  for (const auto& version : info.versions) {
    then.feature_version = version.feature_version;
    // History that was purged cannot be asked for either.
    const auto had = HasRows(store, feature, then);
    if (had.ok() && *had) versions += (versions.empty() ? "" : ", ") + version.feature_version;
  }
  if (versions.empty()) return Status::Ok();
  return Status::NotFound("feature '" + feature +
                          "' had no rows of its current version at that time, but of " + versions +
                          ": name one by --feature-version, or give --with-feature-history");
}

Status Read(const ReadArguments& arguments, Session* session) {
  ReadOptions options = arguments.options;
  options.allow_fallback = !arguments.no_fallback;
  // `--columns ""` is as good as none; an object has a name once.
  DIOTIMA_ASSIGN(const auto names, SplitNames(arguments.columns, session));
  for (const auto& name : names) {
    const auto& chosen = options.columns;
    const bool again = std::find(chosen.begin(), chosen.end(), name) != chosen.end();
    if (!name.empty() && !again) options.columns.push_back(name);
  }
  if (arguments.as_of) {
    const auto time = ParseTimeArgument(*arguments.as_of);
    if (!time.ok()) return session->UsageError("--as-of: " + time.status().message());
    options.as_of = *time;
  }
  DIOTIMA_ASSIGN(const auto store, session->OpenToRead());
  DIOTIMA_ASSIGN(Cursor cursor, store->Read(arguments.feature, options));
  if (options.as_of && !cursor.Valid() && cursor.status().ok() && !options.feature_version &&
      !options.with_feature_history) {
    DIOTIMA_TRY(CheckVersionsThen(arguments.feature, options.as_of, store.get()));
  }
  return PrintRows(arguments.limit, session, &cursor);
}

void AddHistoryOptions(CLI::App* command, ReadArguments* arguments) {
  ReadOptions* options = &arguments->options;
  command->add_flag("--with-feature-history", options->with_feature_history,
                    "Rows of all feature versions");
  command->add_flag("--with-sample-history", options->with_sample_history,
                    "All rows of a sample, not only its latest row");
  command->add_flag("--include-soft-deleted", options->include_soft_deleted, "Deleted samples too");
  command->add_flag("--only-soft-deleted", options->only_soft_deleted, "Deleted samples alone");
  command->add_option("--feature-version", options->feature_version, "Rows of this version")
      ->type_name("VERSION");
  command
      ->add_option("--as-of", arguments->as_of,
                   "Read the store as of this time: ISO-8601, or microseconds since 1970")
      ->type_name("TIME");
}

}  // namespace

void AddRead(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<ReadArguments>();
  CLI::App* command =
      AddCommand(parent, "read", "Print the rows of a feature",
                 "  diotima --store meta.db read video/raw --filter \"score > 0.5\" --limit 10\n"
                 "  diotima --store meta.db read video/raw --columns video_id,score --format csv\n"
                 "  diotima --store meta.db read video/raw --as-of 2024-05-01T12:00:00Z\n");
  command->add_option("FEATURE", arguments->feature, "The feature")->required();
  AddRepeated(command, "--filter", &arguments->options.filters,
              "Only rows that match this SQL condition; several conditions must all match");
  AddRepeated(command, "--columns", &arguments->columns,
              "Columns to print, in this order; \"a,b\" in quotes is one name", "A,B");
  AddHistoryOptions(command, arguments.get());
  command->add_option("--limit", arguments->limit, "At most so many rows")->check(AtLeast(0));
  command->add_flag("--no-fallback", arguments->no_fallback,
                    "Read only this store, not its fallback stores");
  command->callback([=] { *run = [=](Session* session) { return Read(*arguments, session); }; });
}

}  // namespace diotima::cli
