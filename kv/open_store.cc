#include "kv/open_store.h"

#include <diotima/status_macros.h>
#include <diotima/store.h>
#include <diotima/text.h>

#include <algorithm>
#include <thread>

#include "kv/commit/committer.h"
#include "kv/commit/upkeep.h"

namespace diotima {
namespace {

Status CheckSettings(const StoreCore& core) {
  const Hasher& stored = core.catalog->settings().hasher;
  const Hasher wanted{core.options.hash_algorithm.value_or(stored.algorithm),
                      core.options.hash_truncation_length.value_or(stored.truncation_length)};
  if (wanted == stored) return Status::Ok();
  auto describe = [](const Hasher& hasher) {
    return std::string(HashAlgorithmName(hasher.algorithm)) + " with truncation length " +
           std::to_string(hasher.truncation_length);
  };
  return Status::InvalidArgument(
      "store '" + core.engine->path() + "' was created with " + describe(stored) + ", not " +
      describe(wanted) + ": they are fixed; leave the options out, or create another store");
}

Status CreateSettings(const StoreCore& core, int64_t now) {
  if (!core.engine->created()) return core.engine->NoSettings();
  StoreSettings settings;
  settings.hasher = {core.options.hash_algorithm.value_or(HashAlgorithm::kXxHash64),
                     core.options.hash_truncation_length.value_or(0)};
  settings.created_at = now;
  return core.catalog->Create(settings);
}

// What was acknowledged as durable must be there.
Status CheckCommits(const StoreCore& core, bool found) {
  const auto marked = core.engine->last_durable_commit();
  const int64_t last = found ? core.catalog->last_commit_time() : 0;
  if (!marked || last >= *marked) return Status::Ok();
  if (found && core.options.accept_lost_commits) {
    core.engine->NoteCommit(last, /*durable=*/true);
    return Status::Ok();
  }
  const std::string after = last == 0
                                ? "all commits are"
                                : "the commits after " + TimestampText(FromMicros(last)) + " are";
  return Status::Corruption(
      "store '" + core.engine->path() + "': the commit of " + TimestampText(FromMicros(*marked)) +
      " was acknowledged, and " + after +
      " lost: the log of the store is damaged or missing. Restore a backup, or accept the loss by "
      "`diotima verify --salvage`");
}

Status OpenFallback(StoreCore* core) {
  for (const auto& store : core->options.fallback_stores) {
    const auto& fallback = StoreAccess::Core(*store);
    if (!(fallback->hasher == core->hasher)) {
      return Status::InvalidArgument("fallback store '" + store->path() +
                                     "' has other hash settings than '" + core->engine->path() +
                                     "': its hashes would not compare");
    }
    core->fallback.push_back(fallback);
  }
  return Status::Ok();
}

Status LoadGraph(StoreCore* core) {
  if (!core->options.graph.empty()) return Status::Ok();
  DIOTIMA_ASSIGN(const auto head, core->catalog->Head());
  if (!head) return Status::Ok();
  DIOTIMA_ASSIGN(core->options.graph, Graph::FromText(head->graph, GraphFormat::kJson,
                                                      "snapshot " + head->project_version));
  return Status::Ok();
}

}  // namespace

Result<std::shared_ptr<StoreCore>> OpenCore(const std::string& path, StoreOptions options,
                                            rocksdb::Env* env) {
  if (options.hash_truncation_length) {
    DIOTIMA_TRY(CheckTruncationLength(*options.hash_truncation_length));
  }
  if (options.parallelism == 0) {
    options.parallelism = std::max(1u, std::thread::hardware_concurrency());
  }
  EngineOptions engine_options;
  engine_options.create_if_missing = options.create_if_missing;
  engine_options.read_only = options.read_only;
  engine_options.accept_lost_commits = options.accept_lost_commits;
  engine_options.tuning = options.tuning;
  engine_options.env = env;
  auto core = std::make_shared<StoreCore>();
  core->options = std::move(options);
  DIOTIMA_ASSIGN(core->engine, Engine::Open(path, engine_options));
  core->catalog = std::make_shared<Catalog>(core->engine);
  bool found = false;
  DIOTIMA_TRY(core->catalog->Load(&found));
  DIOTIMA_TRY(CheckCommits(*core, found));
  core->committer = std::make_shared<Committer>(core->engine, core->catalog, core->options.clock,
                                                core->catalog->last_commit_time());
  DIOTIMA_TRY(found ? CheckSettings(*core) : CreateSettings(*core, core->committer->NextTime()));
  core->engine->FinishCreation();
  core->hasher = core->catalog->settings().hasher;
  DIOTIMA_TRY(OpenFallback(core.get()));
  DIOTIMA_TRY(LoadGraph(core.get()));
  if (core->engine->read_only()) return core;
  Committer::Turn turn(core->committer.get());
  DIOTIMA_TRY(RenewExpiry(*core, &turn));
  return core;
}

}  // namespace diotima
