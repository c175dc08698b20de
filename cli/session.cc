#include "cli/session.h"

#include <diotima/status_macros.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "cli/input/expand.h"
#include "cli/output/display_width.h"
#include "cli/signals.h"
#include "codec/base/os_error.h"

namespace diotima::cli {
namespace {

namespace fs = std::filesystem;

}  // namespace

Status Session::Prepare() {
  format_ = isatty(STDOUT_FILENO) != 0 ? Format::kTable : Format::kJsonLines;
  if (!options_.format.empty()) {
    const auto format = ParseFormat(options_.format);
    if (!format) {
      return UsageError("--format: '" + options_.format +
                        "' is none of table, jsonl, json and csv");
    }
    format_ = *format;
  }
  if (!options_.wait.empty()) {
    const auto wait = ParseDuration(options_.wait);
    if (!wait.ok()) return UsageError("--wait: " + wait.status().message());
    wait_ = *wait;
  }
  DIOTIMA_ASSIGN(config_, LoadConfig(options_.config));
  if (!config_.file.empty()) spdlog::info("configuration: {}", config_.file);
  return Status::Ok();
}

bool Session::shows_progress(bool prints_rows) const {
  return !options_.quiet && !(prints_rows && isatty(STDOUT_FILENO) != 0);
}

Result<const Graph*> Session::LoadGraph() {
  if (graph_) return &*graph_;
  std::vector<std::string> files = options_.graphs;
  if (files.empty()) {
    DIOTIMA_ASSIGN(files, MatchFiles(config_.graph));
  }
  DIOTIMA_ASSIGN(graph_, Graph::FromFiles(files));
  for (const auto& file : files) spdlog::info("graph: {}", file);
  WarnAll(graph_->warnings());
  return &*graph_;
}

bool Session::HasStore() const {
  const char* variable = std::getenv("DIOTIMA_STORE");
  return !options_.store.empty() || (variable != nullptr && *variable != '\0') ||
         !config_.default_store.empty();
}

Result<StoreConfig> Session::ChooseStore() {
  const char* variable = std::getenv("DIOTIMA_STORE");
  std::string name = options_.store;
  if (name.empty() && variable != nullptr) name = variable;
  if (name.empty()) name = config_.default_store;
  if (name.empty()) {
    return UsageError(
        "no store is named: give --store NAME|PATH, or set DIOTIMA_STORE, or default_store in "
        "diotima.toml");
  }
  StoreConfig chosen = NamedStore(name);
  if (chosen.name.empty()) {
    DIOTIMA_ASSIGN(chosen.path, ExpandPath(chosen.path));
  }
  return chosen;
}

StoreConfig Session::NamedStore(const std::string& name) const {
  if (const StoreConfig* configured = config_.Find(name)) return *configured;
  StoreConfig store;
  store.path = name;
  return store;
}

Status Session::OpenFallback(const StoreConfig& chosen, std::vector<std::string> above,
                             std::vector<std::shared_ptr<Store>>* stores) {
  above.push_back(chosen.name);
  for (const auto& name : chosen.fallback_stores) {
    if (std::find(above.begin(), above.end(), name) != above.end()) {
      return Status::InvalidArgument(config_.file + ": store '" + name +
                                     "' is its own fallback, by way of '" + chosen.name + "'");
    }
    const StoreConfig fallback = NamedStore(name);
    StoreOptions options;
    options.create_if_missing = false;
    options.read_only = true;
    DIOTIMA_TRY(OpenFallback(fallback, above, &options.fallback_stores));
    const auto its_own = options.fallback_stores;
    auto store = Open(fallback, std::move(options));
    if (store.status().code() == StatusCode::kNotFound) {
      Warn("fallback store '" + name + "' is left out: " + store.status().message());
      stores->insert(stores->end(), its_own.begin(), its_own.end());
      continue;
    }
    if (!store.ok()) {
      return store.status().Prefixed("fallback store '" + name + "': ");
    }
    stores->push_back(*std::move(store));
  }
  return Status::Ok();
}

Result<std::unique_ptr<Store>> Session::Open(const StoreConfig& chosen, StoreOptions options) {
  DIOTIMA_ASSIGN(const Graph* graph, LoadGraph());
  options.graph = *graph;
  options.materialization_id = chosen.materialization_id;
  DIOTIMA_ASSIGN(auto store, Await(chosen.path, options));
  spdlog::info("store: {} ({}, truncation length {})", store->path(),
               HashAlgorithmName(store->hasher().algorithm), store->hasher().truncation_length);
  return store;
}

Result<std::unique_ptr<Store>> Session::Await(const std::string& path,
                                              const StoreOptions& options) const {
  const auto end = std::chrono::steady_clock::now() + wait_;
  for (;;) {
    auto store = Store::Open(path, options);
    if (store.status().code() != StatusCode::kBusy || std::chrono::steady_clock::now() >= end) {
      return store;
    }
    DIOTIMA_TRY(CheckInterrupt());
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

Result<std::unique_ptr<Store>> Session::OpenToRead() {
  DIOTIMA_ASSIGN(const StoreConfig chosen, ChooseStore());
  return OpenToRead(chosen);
}

Result<std::unique_ptr<Store>> Session::OpenToRead(const StoreConfig& chosen) {
  StoreOptions options;
  options.create_if_missing = false;
  options.read_only = true;
  DIOTIMA_TRY(OpenFallback(chosen, {}, &options.fallback_stores));
  std::error_code error;
  if (!options.fallback_stores.empty() && !fs::exists(chosen.path, error)) {
    return OpenEmpty(chosen, std::move(options));
  }
  return Open(chosen, std::move(options));
}

Result<std::unique_ptr<Store>> Session::OpenToCopy() {
  DIOTIMA_ASSIGN(const StoreConfig chosen, ChooseStore());
  StoreOptions options;
  options.create_if_missing = false;
  options.read_only = true;
  return Await(chosen.path, options);
}

Status Session::Salvage() {
  DIOTIMA_ASSIGN(const StoreConfig chosen, ChooseStore());
  DIOTIMA_TRY(CheckWritable(chosen));
  StoreOptions options;
  options.create_if_missing = false;
  options.accept_lost_commits = true;
  return Await(chosen.path, options).status();
}

// A store that does not exist yet has nothing of its own; what its fallback stores have can be
// read.
Result<std::unique_ptr<Store>> Session::OpenEmpty(StoreConfig chosen, StoreOptions options) {
  std::error_code error;
  std::string pattern = (fs::temp_directory_path(error) / "diotima-empty-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    return OsError(errno, "cannot create '" + pattern + "'");
  }
  empty_directories_.push_back(pattern);
  chosen.path = pattern;
  options.read_only = false;
  options.create_if_missing = true;
  const Hasher& hasher = options.fallback_stores.front()->hasher();
  options.hash_algorithm = hasher.algorithm;
  options.hash_truncation_length = hasher.truncation_length;
  return Open(chosen, std::move(options));
}

Session::~Session() {
  std::error_code error;
  for (const auto& directory : empty_directories_) fs::remove_all(directory, error);
}

Status Session::CheckWritable(const StoreConfig& chosen) const {
  if (!chosen.read_only) return Status::Ok();
  return Status::ReadOnly("store '" + chosen.name + "' is read_only in " + config_.file);
}

Result<std::unique_ptr<Store>> Session::OpenToChange(bool with_fallback) {
  DIOTIMA_ASSIGN(const StoreConfig chosen, ChooseStore());
  return OpenToChange(chosen, with_fallback);
}

Result<std::unique_ptr<Store>> Session::OpenToChange(const StoreConfig& chosen,
                                                     bool with_fallback) {
  DIOTIMA_TRY(CheckWritable(chosen));
  StoreOptions options;
  options.create_if_missing = false;
  if (with_fallback) DIOTIMA_TRY(OpenFallback(chosen, {}, &options.fallback_stores));
  return Open(chosen, std::move(options));
}

Result<std::unique_ptr<Store>> Session::OpenToWrite() {
  DIOTIMA_ASSIGN(const StoreConfig chosen, ChooseStore());
  return OpenToWrite(chosen);
}

Result<std::unique_ptr<Store>> Session::OpenToWrite(const StoreConfig& chosen) {
  // A graph in error must not leave a store behind.
  DIOTIMA_TRY(LoadGraph().status());
  auto store = OpenToChange(chosen, /*with_fallback=*/false);
  if (store.ok() || store.status().code() != StatusCode::kNotFound) return store;
  announces_created_ = true;
  return Create(chosen);
}

Result<std::unique_ptr<Store>> Session::Create(const StoreConfig& chosen) {
  DIOTIMA_TRY(CheckWritable(chosen));
  StoreOptions options;
  options.hash_algorithm = chosen.hash_algorithm;
  options.hash_truncation_length = chosen.hash_truncation_length;
  DIOTIMA_ASSIGN(auto store, Open(chosen, std::move(options)));
  created_ = store->With(store->graph());
  return store;
}

void Session::AnnounceCreatedStore() const {
  if (announces_created_ && created_) Say("created store '" + created_->path() + "'");
}

void Session::DiscardCreatedStore() {
  if (created_) created_->DiscardIfUnused();
  created_.reset();
}

Status Session::PrintResult(bool dry_run, const Json& object) {
  committed_ = !dry_run;
  return PrintObject(&output_, format_, object);
}

void Session::Say(const std::string& text) const {
  if (!options_.quiet) std::fprintf(stderr, "%s\n", OneLine(text).c_str());
}

void Session::Warn(const std::string& text) const { Say("warning: " + text); }

void Session::WarnAll(const std::vector<std::string>& texts) const {
  for (const auto& text : texts) Warn(text);
}

Status Session::UsageError(std::string message) {
  exit_code_ = 2;
  return Status::InvalidArgument(std::move(message));
}

Status Session::NotInSync(std::string message) {
  exit_code_ = 4;
  error_code_ = "not_in_sync";
  return Status::InvalidArgument(std::move(message));
}

int Session::ExitCode(const Status& status) const {
  if (committed_) return 6;
  if (exit_code_ != 0) return exit_code_;
  if (status.code() == StatusCode::kBusy) return 3;
  return status.code() == StatusCode::kCorruption ? 5 : 1;
}

ColumnTypes TypesOf(Store* store, const std::string& feature) {
  auto types = std::make_shared<std::map<std::string, Type, std::less<>>>();
  if (const auto info = store->Describe(feature); info.ok()) {
    for (const auto& column : info->columns) {
      // A column of nulls alone has no type yet.
      if (column.type.kind() != Kind::kNull) types->insert_or_assign(column.name, column.type);
    }
  }
  if (const FeatureSpec* spec = store->graph().Find(feature)) {
    for (const auto& [name, declared] : spec->columns) {
      auto& type = types->try_emplace(name, declared).first->second;
      // Where they are unlike, a write says so.
      type = MergeTypes(type, declared).value_or(declared);
    }
  }
  return [types](std::string_view name) -> std::optional<Type> {
    const auto it = types->find(name);
    return it == types->end() ? std::nullopt : std::optional(it->second);
  };
}

}  // namespace diotima::cli
