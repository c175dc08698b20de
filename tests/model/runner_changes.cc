// Operations that change what is stored, other than writes: delete, rebase, copy and push.
#include "tests/model/runner.h"

namespace diotima::model {
namespace {

std::string ToText(const Counts& counts) {
  std::string text;
  for (const auto& [feature, rows] : counts) text += feature + ": " + std::to_string(rows) + " ";
  return text;
}

// A version that the feature has in one of the graphs, mostly.
std::string RandomVersion(const Plan& plan, const std::string& feature, Random* random) {
  if (random->Chance(10)) return "elsewhere";
  const Graph& graph = random->Pick(plan.graphs).graph;
  return graph.Versions(feature, plan.hasher.truncation_length).feature_version;
}

std::set<std::string> KnownColumns(const Model& model, const std::string& feature) {
  const auto table = model.tables().find(feature);
  return table == model.tables().end() ? std::set<std::string>() : table->second.columns;
}

}  // namespace

void Runner::Delete(Random* random) {
  const FeatureSpec& spec = AnyFeature(random);
  ModelDelete wanted;
  wanted.soft = random->Chance(60);
  wanted.history = random->Chance(30);
  wanted.cascade = random->Pick(std::vector{Cascade::kNone, Cascade::kNone, Cascade::kDownstream,
                                            Cascade::kUpstream, Cascade::kBoth});
  auto names = KnownColumns(model(), spec.key);
  if (wanted.cascade != Cascade::kNone && random->Chance(70)) {
    std::erase_if(names, [](const auto& name) { return !name.starts_with("k"); });
  }
  if (model().tables().contains(spec.key) && random->Chance(85)) {
    const auto columns = ColumnsOf(plan_, spec, names, /*system=*/true);
    wanted.filters.push_back(RandomPredicate(columns, random, 1));
  }
  DeleteOptions options;
  options.mode = wanted.soft ? DeleteMode::kSoft : DeleteMode::kHard;
  options.with_feature_history = wanted.history;
  options.dry_run = random->Chance(15);
  options.cascade = wanted.cascade;
  options.filters = Texts(wanted.filters);
  Note(std::string(options.mode == DeleteMode::kSoft ? "soft" : "hard") + " delete " + spec.key +
       (options.with_feature_history ? " history" : "") + (options.dry_run ? " dry run" : "") +
       " cascade " + std::to_string(static_cast<int>(options.cascade)) + " " +
       json(options.filters).dump());
  auto result = store().Delete(spec.key, options);
  Counts counts;
  Model changed = model();
  const auto remove = [&] { counts = changed.Delete(spec.key, wanted, CommitTime()); };
  if (!ModelAccepts(remove, result.status())) return;
  if (result->features != counts) {
    Fail("rows deleted: " + ToText(result->features) + ", not " + ToText(counts));
  }
  uint64_t rows = 0;
  for (const auto& [feature, count] : counts) rows += count;
  if (result->rows != rows) Fail("the sum of rows deleted");
  if (!options.dry_run) {
    CheckCommit(result->commit_time, rows > 0);
    at_->model = std::move(changed);
  }
  CompareAll();
}

void Runner::Drop(Random* random) {
  const std::string& feature = AnyFeature(random).key;
  const bool dry_run = random->Chance(30);
  Note("drop " + feature + (dry_run ? " dry run" : ""));
  auto result = store().Drop(feature, dry_run);
  Model changed = model();
  size_t rows = 0;
  if (!ModelAccepts([&] { rows = changed.Drop(feature); }, result.status())) return;
  if (result->rows != rows) Fail("rows dropped: " + std::to_string(result->rows));
  if (!dry_run) {
    CheckCommit(result->commit_time, /*required=*/true);
    at_->model = std::move(changed);
  }
  CompareAll();
}

void Runner::Purge(Random* random) {
  ModelPurge wanted;
  std::vector<std::string> written;
  for (const auto& [key, table] : model().tables()) written.push_back(key);
  if (!written.empty()) wanted.features = random->Some(written, 1);
  if (written.empty() || random->Chance(5)) wanted.features.push_back(AnyFeature(random).key);
  if (random->Chance(50)) wanted.keep = static_cast<uint64_t>(random->Int(1, 3));
  if (random->Chance(40)) wanted.older_than = random->Int(0, 60);
  wanted.deleted = random->Chance(40);
  wanted.old_versions = random->Chance(15);
  if (random->Chance(10)) {
    wanted.versions.push_back(RandomVersion(plan_, wanted.features[0], random));
  }
  if (!wanted.keep && !wanted.older_than && !wanted.deleted && wanted.versions.empty()) {
    wanted.old_versions = true;
  }
  PurgeOptions options;
  options.features = wanted.features;
  options.keep = wanted.keep;
  if (wanted.older_than) options.older_than = Duration(*wanted.older_than);
  options.deleted = wanted.deleted;
  options.feature_versions = wanted.versions;
  options.old_versions = wanted.old_versions;
  options.dry_run = random->Chance(15);
  Note("purge " + json(wanted.features).dump() + " keep " +
       std::to_string(wanted.keep.value_or(0)) + " older than " +
       std::to_string(wanted.older_than.value_or(-1)) + (wanted.deleted ? " deleted" : "") +
       (wanted.old_versions ? " old versions" : "") + " versions " + json(wanted.versions).dump() +
       (options.dry_run ? " dry run" : ""));
  auto result = store().Purge(options);
  Model changed = model();
  Counts counts;
  if (!ModelAccepts([&] { counts = changed.Purge(wanted, CommitTime()); }, result.status())) return;
  Counts purged;
  uint64_t rows = 0;
  for (const auto& feature : result->features) {
    purged.emplace_back(feature.feature, feature.rows);
    rows += feature.rows;
  }
  if (purged != counts) Fail("rows purged: " + ToText(purged) + ", not " + ToText(counts));
  if (result->rows != rows) Fail("the sum of rows purged");
  if (!options.dry_run) {
    CheckCommit(result->commit_time, rows > 0);
    at_->model = std::move(changed);
  }
  CompareAll();
}

void Runner::Compact() {
  Note("compact");
  auto result = store().Compact();
  if (!result.ok()) Fail("compact: " + result.status().ToString());
  CompareAll();
}

void Runner::Rebase(Random* random) {
  const FeatureSpec& spec = AnyFeature(random);
  ModelRebase wanted;
  wanted.from = RandomVersion(plan_, spec.key, random);
  if (random->Chance(50)) wanted.to = RandomVersion(plan_, spec.key, random);
  RebaseOptions options{wanted.from, wanted.to, random->Chance(15), std::nullopt};
  if (random->Chance(20)) options.materialization_id = "rebase";
  Model changed = model();
  size_t rows = 0;
  bool ambiguous = false;
  const auto rebase = [&] {
    rows = changed.Rebase(spec.key, wanted, options.materialization_id, CommitTime(), &ambiguous);
  };
  try {
    rebase();
  } catch (const ModelError&) {  // below, too
  }
  // Which of several rows is taken is not said.
  if (ambiguous) options.dry_run = true;
  Note("rebase " + spec.key + " from " + wanted.from + " to " + wanted.to.value_or("current") +
       (options.dry_run ? " dry run" : ""));
  auto result = store().Rebase(spec.key, options);
  changed = model();
  if (!ModelAccepts(rebase, result.status())) return;
  if (result->rows != rows) {
    Fail("rows rebased: " + std::to_string(result->rows) + ", not " + std::to_string(rows));
  }
  if (!options.dry_run) {
    CheckCommit(result->commit_time, rows > 0);
    at_->model = std::move(changed);
  }
  CompareAll();
}

void Runner::Copy(Random* random) {
  Pair& from = at_ == &main_ ? other_ : main_;
  ModelCopy wanted;
  std::vector<std::string> keys;
  for (const auto& spec : model().specs()) keys.push_back(spec.key);
  wanted.features = random->Some(keys, 1);
  wanted.with_feature_history = random->Chance(60);
  wanted.with_sample_history = random->Chance(50);
  CopyOptions options{
      wanted.features, {}, {}, wanted.with_feature_history, wanted.with_sample_history};
  for (const auto& key : wanted.features) {
    if (!random->Chance(30)) continue;
    const auto columns = ColumnsOf(plan_, model().Spec(key), KnownColumns(from.model, key), true);
    wanted.filters[key].push_back(RandomPredicate(columns, random));
    options.filters[key] = Texts(wanted.filters[key]);
  }
  if (random->Chance(15)) {
    const FilterColumns system = ColumnsOf(plan_, AnyFeature(random), {}, /*system=*/true);
    wanted.global_filters.push_back(RandomPredicate(system, random, 1));
    options.global_filters = Texts(wanted.global_filters);
  }
  Note("copy " + json(wanted.features).dump() + (at_ == &main_ ? " to main" : " to other") +
       (wanted.with_feature_history ? " history" : "") +
       (wanted.with_sample_history ? " sample_history" : "") + " filters " +
       json(options.filters).dump() + json(options.global_filters).dump());
  auto result = store().CopyFrom(*from.store, options);
  Counts counts;
  const auto copy = [&] {
    counts = at_->model.CopyFrom(from.model, wanted, std::max(CommitTime(), from.last_commit + 1));
  };
  if (!ModelAccepts(copy, result.status())) return;
  if (result->features != counts) {
    Fail("rows copied: " + ToText(result->features) + ", not " + ToText(counts));
  }
  // The commit comes after all of the other store's.
  if (!counts.empty()) at_->last_commit = std::max(at_->last_commit, from.last_commit);
  CheckCommit(result->commit_time, !counts.empty());
  CompareAll();
}

void Runner::Push() {
  Note("push");
  auto result = store().Push();
  if (!result.ok()) Fail("push: " + result.status().ToString());
  if (at_->model.Push()) at_->last_commit = CommitTime();
}

}  // namespace diotima::model
