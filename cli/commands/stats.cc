// `stats`: figures of a store, for people and for Prometheus.
#include <diotima/status_macros.h>
#include <diotima/text.h>

#include "cli/commands/command.h"
#include "cli/output/progress.h"

namespace diotima::cli {
namespace {

struct StatsArguments {
  std::string format;
  bool no_scan = false;
};

std::vector<Json> FeaturesJson(const StoreStats& stats) {
  std::vector<Json> features;
  for (const auto& feature : stats.features) {
    uint64_t rows = 0, samples = 0, bytes = 0;
    for (const auto& version : feature.versions) {
      rows += version.rows;
      samples += version.samples.value_or(0);
      bytes += version.bytes;
    }
    Json object;
    object["feature"] = feature.feature;
    object["versions"] = feature.versions.size();
    object["rows"] = rows;
    object["samples"] = stats.rows_estimated ? Json() : Json(samples);
    object["bytes"] = bytes;
    features.push_back(std::move(object));
  }
  return features;
}

Json LevelsJson(const StoreStats& stats) {
  Json levels = Json::array();
  for (const auto& level : stats.levels) {
    levels.push_back({{"level", level.level}, {"files", level.files}, {"bytes", level.bytes}});
  }
  return levels;
}

Json StoreJson(const Store& store, const StoreStats& stats) {
  uint64_t files = 0, bytes = 0;
  for (const auto& level : stats.levels) {
    files += level.files;
    bytes += level.bytes;
  }
  Json object;
  object["path"] = store.path();
  object["last_commit_time"] =
      stats.last_commit_time ? Json(TimestampText(*stats.last_commit_time)) : Json();
  object["rows_estimated"] = stats.rows_estimated;
  object["table_files"] = files;
  object["table_bytes"] = bytes;
  object["levels"] = LevelsJson(stats);
  object["tombstones"] = stats.tombstones;
  object["range_tombstones"] = stats.range_tombstones;
  object["log_files"] = stats.log_files;
  object["log_bytes"] = stats.log_bytes;
  object["memtable_bytes"] = stats.memtable_bytes;
  object["cache_capacity_bytes"] = stats.cache_capacity_bytes;
  object["cache_bytes"] = stats.cache_bytes;
  object["cache_pinned_bytes"] = stats.cache_pinned_bytes;
  return object;
}

// In a table, the features have one of their own.
Status Print(const Store& store, const StoreStats& stats, Format format, Output* output) {
  Json object = StoreJson(store, stats);
  if (format == Format::kTable) {
    DIOTIMA_TRY(PrintObjects(output, format, FeaturesJson(stats)));
    DIOTIMA_TRY(output->Write("\n"));
  } else {
    object["features"] = FeaturesJson(stats);
  }
  return PrintObject(output, format, object);
}

Status ShowStats(const StatsArguments& arguments, Session* session) {
  DIOTIMA_ASSIGN(const auto store, session->OpenToCopy());
  StatsOptions options;
  options.scan = !arguments.no_scan;
  Progress progress(session->shows_progress(), "stats");
  options.progress = progress.Callback();
  DIOTIMA_ASSIGN(const StoreStats stats, store->Stats(options));
  progress.Clear();
  if (arguments.format == "prometheus") return session->output()->Write(PrometheusText(stats));
  const Format format = ParseFormat(arguments.format).value_or(session->format());
  return Print(*store, stats, format, session->output());
}

}  // namespace

void AddStats(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<StatsArguments>();
  CLI::App* command =
      AddCommand(parent, "stats", "Show rows, samples and bytes, files, log and memory",
                 "  diotima --store meta.db stats\n"
                 "  diotima --store meta.db stats --no-scan\n"
                 "  diotima --store meta.db stats --format prometheus\n");
  AddChoice(command, "--format", &arguments->format,
            {"table", "jsonl", "json", "csv", "prometheus"},
            "As for other commands, or Prometheus' text exposition format");
  command->add_flag("--no-scan", arguments->no_scan,
                    "Return at once: estimate rows, and do not count samples");
  command->callback(
      [=] { *run = [=](Session* session) { return ShowStats(*arguments, session); }; });
}

}  // namespace diotima::cli
