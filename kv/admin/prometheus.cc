// StoreStats for Prometheus.
#include <diotima/results.h>

#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

namespace diotima {
namespace {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

void AppendEscaped(std::string_view text, std::string* out) {
  for (const char c : text) {
    if (c == '\\' || c == '"') *out += '\\';
    c == '\n' ? * out += "\\n" : * out += c;
  }
}

class Exposition {
 public:
  void Begin(std::string_view name, std::string_view help) {
    name_ = "diotima_" + std::string(name);
    text_ += "# HELP " + name_ + " " + std::string(help) + "\n";
    text_ += "# TYPE " + name_ + " gauge\n";
  }
  void Sample(const Labels& labels, const std::string& value) {
    text_ += name_;
    for (size_t i = 0; i < labels.size(); ++i) {
      text_ += i == 0 ? "{" : ",";
      text_ += labels[i].first;
      text_ += "=\"";
      AppendEscaped(labels[i].second, &text_);
      text_ += "\"";
    }
    if (!labels.empty()) text_ += "}";
    text_ += " " + value + "\n";
  }
  void Gauge(std::string_view name, std::string_view help, uint64_t value) {
    Begin(name, help);
    Sample({}, std::to_string(value));
  }
  std::string Take() { return std::move(text_); }

 private:
  std::string name_;
  std::string text_;
};

void AddFeatures(const StoreStats& stats, Exposition* out) {
  const auto each = [&](const auto& value_of) {
    for (const auto& feature : stats.features) {
      for (const auto& version : feature.versions) {
        const std::optional<uint64_t> value = value_of(version);
        if (!value) continue;
        out->Sample({{"feature", feature.feature}, {"feature_version", version.feature_version}},
                    std::to_string(*value));
      }
    }
  };
  if (stats.rows_estimated) {
    out->Begin("estimated_rows", "About how many rows are stored, history included.");
  } else {
    out->Begin("rows", "Stored rows, history included.");
  }
  each([](const VersionStats& version) { return std::optional(version.rows); });
  if (!stats.rows_estimated) {
    out->Begin("samples", "Samples with stored rows, deleted ones too.");
    each([](const VersionStats& version) { return version.samples; });
  }
  out->Begin("feature_bytes", "About how many bytes the rows take in table files and memory.");
  each([](const VersionStats& version) { return std::optional(version.bytes); });
}

void AddTables(const StoreStats& stats, Exposition* out) {
  const auto each = [&](uint64_t LevelStats::*value) {
    for (const auto& level : stats.levels) {
      out->Sample({{"level", std::to_string(level.level)}}, std::to_string(level.*value));
    }
  };
  out->Begin("table_files", "Table files of each level.");
  each(&LevelStats::files);
  out->Begin("table_bytes", "Bytes of the table files of each level.");
  each(&LevelStats::bytes);
  out->Gauge("tombstones", "Deletions of single keys that are not compacted yet.",
             stats.tombstones);
  out->Gauge("range_tombstones", "Deletions of ranges of keys that are not compacted yet.",
             stats.range_tombstones);
}

void AddProcess(const StoreStats& stats, Exposition* out) {
  out->Gauge("log_files", "Files of the write-ahead log.", stats.log_files);
  out->Gauge("log_bytes", "Bytes of the write-ahead log.", stats.log_bytes);
  out->Gauge("memtable_bytes", "Bytes of rows, catalog and journal that are in memory only.",
             stats.memtable_bytes);
  out->Gauge("block_cache_capacity_bytes", "Bytes that the block cache may hold.",
             stats.cache_capacity_bytes);
  out->Gauge("block_cache_bytes", "Bytes that the block cache holds.", stats.cache_bytes);
  out->Gauge("block_cache_pinned_bytes", "Bytes that the block cache cannot give up.",
             stats.cache_pinned_bytes);
  out->Begin("last_commit_timestamp_seconds", "When the last commit was made; 0: never.");
  char seconds[40];
  std::snprintf(
      seconds, sizeof seconds, "%.6f",
      stats.last_commit_time ? static_cast<double>(ToMicros(*stats.last_commit_time)) / 1e6 : 0.0);
  out->Sample({}, seconds);
}

}  // namespace

std::string PrometheusText(const StoreStats& stats) {
  Exposition out;
  AddFeatures(stats, &out);
  AddTables(stats, &out);
  AddProcess(stats, &out);
  return out.Take();
}

}  // namespace diotima
