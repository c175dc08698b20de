#include "tests/model/runner.h"

#include <algorithm>
#include <filesystem>

#include "kv/open_store.h"

namespace diotima::model {
namespace {

namespace fs = std::filesystem;

Plan PlanOf(uint64_t seed) {
  Random random(seed);
  return RandomPlan(&random);
}

// Rows in batches of a few, each with columns of its own.
class PieceReader : public RowReader {
 public:
  PieceReader(std::vector<Cells> rows, const std::map<std::string, Type>* types)
      : rows_(std::move(rows)), types_(*types) {}
  Result<bool> Read(RowBatch* batch) override {
    if (next_ >= rows_.size()) return false;
    const size_t end = std::min(rows_.size(), next_ + 3);
    *batch = ToBatch({rows_.begin() + static_cast<ptrdiff_t>(next_),
                      rows_.begin() + static_cast<ptrdiff_t>(end)},
                     types_);
    next_ = end;
    return true;
  }

 private:
  const std::vector<Cells> rows_;
  const std::map<std::string, Type>& types_;
  size_t next_ = 0;
};

}  // namespace

Runner::Runner(uint64_t plan_seed, std::shared_ptr<FaultFileSystem> faults)
    : seed_(plan_seed),
      faults_(std::move(faults)),
      plan_(PlanOf(plan_seed)),
      main_(plan_.hasher),
      other_(plan_.hasher) {
  if (faults_) env_ = rocksdb::NewCompositeEnv(faults_);
  // In memory where there is such a place: the disk's part in this is tests/crash_test.cc.
  const fs::path memory = "/dev/shm";
  std::string pattern =
      ((fs::is_directory(memory) ? memory : fs::temp_directory_path()) / "diotima-model-XXXXXX")
          .string();
  directory_ = mkdtemp(pattern.data());
  for (Pair* pair : {&main_, &other_}) {
    pair->model.SetMaterializationId(plan_.materialization_id);
  }
  if (plan_.fallback) main_.model.SetFallback(&other_.model);
  for (const auto& spec : plan_.graphs[0].specs) {
    Note("feature " + spec.key + " " + SpecJson(spec));
  }
  for (const auto& [name, type] : plan_.types) Note("column " + name + ": " + type.ToString());
  Use(0);
}

Runner::~Runner() {
  main_.store.reset();
  other_.store.reset();
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

void Runner::Use(size_t graph) {
  graph_ = graph;
  const Definitions& definitions = plan_.graphs[graph];
  for (Pair* pair : {&main_, &other_}) pair->model.Use(definitions);
  for (const auto& spec : model().specs()) {
    const auto& versions = definitions.graph.Versions(spec.key, plan_.hasher.truncation_length);
    if (versions.feature_version != model().FeatureVersion(spec)) Fail("feature version");
    if (definitions.graph.JoinColumns(spec.key) != model().JoinColumns(spec)) {
      Fail("join columns");
    }
  }
  Open();
}

std::shared_ptr<Store> Runner::OpenStore(const std::string& name,
                                         std::vector<std::shared_ptr<Store>> fallback_stores) {
  StoreOptions options;
  options.graph = plan_.graphs[graph_].graph;
  options.hash_algorithm = plan_.hasher.algorithm;
  options.hash_truncation_length = plan_.hasher.truncation_length;
  options.fallback_stores = std::move(fallback_stores);
  options.materialization_id = plan_.materialization_id;
  options.memory_budget = plan_.memory_budget;
  options.bulk_commit_threshold = plan_.bulk_commit_threshold;
  options.tuning.block_cache_size = 1 << 20;
  options.tuning.write_buffer_size = 1 << 16;
  options.clock = [this] { return FromMicros(clock_); };
  auto store = OpenCore(directory_ + "/" + name, std::move(options), env_.get());
  if (!store.ok()) Fail("open: " + store.status().ToString());
  return StoreAccess::Make(*std::move(store));
}

void Runner::Open() {
  main_.store.reset();
  other_.store.reset();
  other_.store = OpenStore("other", {});
  std::vector<std::shared_ptr<Store>> fallback_stores;
  if (plan_.fallback) fallback_stores.push_back(other_.store);
  main_.store = OpenStore("main", fallback_stores);
}

void Runner::Fail(const std::string& why) { throw std::runtime_error(log_ + "FAILED: " + why); }

void Runner::Run(const std::vector<Step>& steps) {
  Begin();
  for (const Step& step : steps) Take(step);
  End();
}

void Runner::Begin() {
  Random random(seed_);
  FillStore(&random);
  if (random.Chance(40)) Use(1);
}

void Runner::End() {
  Open();
  CompareAll();
  for (const auto& spec : model().specs()) {
    if (!spec.deps.empty()) CompareResolve(spec.key, {});
  }
}

// Something in every feature, so that short runs join too.
void Runner::FillStore(Random* random) {
  for (Pair* pair : {&other_, &main_}) {
    at_ = pair;
    const int share = pair == &other_ ? 30 : plan_.fallback ? 60 : 80;
    for (const auto& spec : plan_.graphs[0].specs) {
      if (!random->Chance(share)) continue;
      WriteRows(spec.key, RandomRows(plan_, spec, at_->times, random), random);
    }
  }
}

void Runner::Take(const Step& step) {
  Random random(step.seed);
  clock_ += random.Chance(20) ? -random.Int(0, 40) : random.Int(0, 20);
  const int operation = step.operation % 100;
  if (operation < 17) return Write(&random);
  if (operation < 21) return WriteMulti(&random);
  if (operation < 25) return WriteBadRow(&random);
  if (operation < 40) return ResolveAndWrite(&random);
  if (operation < 47) return Delete(&random);
  if (operation < 52) return Purge(&random);
  if (operation < 53) return Compact();
  if (operation < 54) return Drop(&random);
  if (operation < 59) return Rebase(&random);
  if (operation < 64) return Copy(&random);
  if (operation < 74) return Read(&random);
  if (operation < 88) return Resolve(&random);
  if (operation < 91) return Describe(&random);
  if (operation < 93) return Push();
  if (operation < 95) {
    at_ = at_ == &main_ ? &other_ : &main_;
    return Note(at_ == &main_ ? "go to the main store" : "go to the other store");
  }
  const bool change = operation < 98;
  Note(change ? "use the other graph" : "reopen");
  change ? Use(1 - graph_) : Open();
}

// ---- writes

void Runner::CheckCommit(std::optional<Time> commit, bool required) {
  if (!commit && !required) return;
  const int64_t commit_time = commit ? ToMicros(*commit) : 0;
  if (commit_time != CommitTime()) Fail("commit time " + std::to_string(commit_time));
  acknowledged_ = true;
  at_->last_commit = commit_time;
  at_->times.push_back(commit_time);
}

void Runner::WriteRows(const std::string& feature, const std::vector<Cells>& rows, Random* random) {
  ModelWrite options;
  options.preserve_feature_version = random->Chance(30);
  if (random->Chance(20)) options.materialization_id = "run";
  WriteOptions real{options.materialization_id, options.preserve_feature_version, /*sync=*/false};
  Note("write " + feature + (options.preserve_feature_version ? " preserve" : ""));
  for (const auto& row : rows) Note("  " + ToText(row));
  PieceReader pieces(rows, &plan_.types);
  auto result = random->Chance(50) ? store().Write(feature, ToBatch(rows, plan_.types), real)
                                   : store().Write(feature, pieces, real);
  const auto write = [&] { at_->model.Write(feature, rows, options, CommitTime()); };
  if (!ModelAccepts(write, result.status())) return;
  if (result->rows != rows.size()) Fail("rows written: " + std::to_string(result->rows));
  CheckCommit(result->commit_time, /*required=*/!rows.empty());
}

void Runner::Write(Random* random) {
  const FeatureSpec& spec = AnyFeature(random);
  WriteRows(spec.key, RandomRows(plan_, spec, at_->times, random), random);
  CompareAll();
}

void Runner::WriteMulti(Random* random) {
  Note("write several");
  std::vector<std::pair<std::string, std::vector<Cells>>> writes;
  std::vector<RowBatch> batches;
  for (int i = random->Int(1, 3); i > 0; --i) {
    const FeatureSpec& spec = AnyFeature(random);
    writes.emplace_back(spec.key, RandomRows(plan_, spec, at_->times, random));
    batches.push_back(ToBatch(writes.back().second, plan_.types));
    Note(" write " + spec.key);
    for (const auto& row : writes.back().second) Note("  " + ToText(row));
  }
  std::vector<std::pair<std::string, const RowBatch*>> views;
  for (size_t i = 0; i < writes.size(); ++i) views.emplace_back(writes[i].first, &batches[i]);
  auto result = store().WriteMulti(views, {.sync = false});
  size_t rows = 0;
  const auto write = [&] {
    Model next = at_->model;  // all of them, or none
    for (const auto& [feature, added] : writes) {
      next.Write(feature, added, {}, CommitTime());
      rows += added.size();
    }
    at_->model = std::move(next);
  };
  if (!ModelAccepts(write, result.status())) return;
  CheckCommit(result->commit_time, rows > 0);
  CompareAll();
}

// A good feature first, then rows of which the last is bad: nothing of it may be left.
void Runner::WriteBadRow(Random* random) {
  const FeatureSpec& first = AnyFeature(random);
  const FeatureSpec& spec = AnyFeature(random);
  auto good_rows = RandomRows(plan_, first, at_->times, random);
  auto rows = RandomRows(plan_, spec, at_->times, random);
  for (auto* some : {&good_rows, &rows}) {
    for (auto& row : *some) row.erase(std::string(kDeletedAt));  // it may be an error of its own
  }
  const RowBatch good = ToBatch(good_rows, plan_.types);
  Cells bad = RandomRow(plan_, spec, at_->times, random);
  bad.erase(std::string(kDeletedAt));
  const std::string by_field(kProvenanceByField);
  switch (random->Int(0, 5)) {
    case 0:
      bad[random->Pick(spec.id_columns)] = nullptr;
      break;
    case 1:
      bad.erase(random->Pick(spec.id_columns));
      break;
    case 2:
      bad.erase(by_field);
      break;
    case 3:
      bad[by_field] = json::object();
      break;
    case 4:
      bad[by_field] = "text";
      break;
    default:
      bad[std::string(kCreatedAt)] = 17;
  }
  rows.push_back(bad);
  Note("write a bad row of " + spec.key + ": " + ToText(bad));
  const RowBatch batch = ToBatch(rows, plan_.types);
  auto result = store().WriteMulti({{first.key, &good}, {spec.key, &batch}}, {.sync = false});
  if (result.status().code() != StatusCode::kSchemaMismatch) {
    Fail("a bad row: " + result.status().ToString());
  }
  CompareAll();
}

// What a pipeline does: compute what is new and stale, and write it.
void Runner::ResolveAndWrite(Random* random) {
  const FeatureSpec& spec = AnyFeature(random);
  if (spec.deps.empty()) return Write(random);
  const ModelIncrement increment = CompareResolve(spec.key, {});
  std::vector<Cells> rows;
  for (const auto* part : {&increment.fresh, &increment.stale}) {
    for (const Cells& expected : *part) {
      if (random->Chance(10)) continue;
      Cells row = RandomRow(plan_, spec, at_->times, random);
      for (const auto& column : {kDeletedAt, kProvenance, kDataVersionByField, kDataVersion}) {
        row.erase(std::string(column));
      }
      for (const auto& column : plan_.columns.at(spec.key)) {
        if (expected.contains(column)) row[column] = expected.at(column);
      }
      row[std::string(kProvenanceByField)] = expected.at(std::string(kProvenanceByField));
      rows.push_back(std::move(row));
    }
  }
  WriteRows(spec.key, rows, random);
  CompareAll();
  CompareResolve(spec.key, {});
}

// ---- reads

void Runner::CompareRows(const std::string& what, const std::vector<Cells>& expected,
                         const std::vector<Cells>& actual) {
  std::multiset<std::string> missing;
  for (const auto& row : expected) missing.insert(ToText(row));
  std::string diff;
  for (const auto& row : actual) {
    const auto it = missing.find(ToText(row));
    if (it == missing.end()) {
      diff += "\n  + " + ToText(row);
    } else {
      missing.erase(it);
    }
  }
  for (const auto& text : missing) diff += "\n  - " + text;
  if (!diff.empty()) Fail(what + ": - expected, + returned" + diff);
}

void Runner::CompareRead(const std::string& feature, const ModelRead& read) {
  ReadOptions options;
  options.filters = Texts(read.filters);
  options.columns = read.columns;
  options.feature_version = read.feature_version;
  options.with_feature_history = read.with_feature_history;
  options.with_sample_history = read.with_sample_history;
  options.include_soft_deleted = read.include_soft_deleted;
  options.only_soft_deleted = read.only_soft_deleted;
  if (read.as_of) options.as_of = FromMicros(*read.as_of);
  options.allow_fallback = read.allow_fallback;
  auto cursor = store().Read(feature, options);
  std::vector<Cells> expected;
  if (!ModelAccepts([&] { expected = model().Read(feature, read); }, cursor.status())) return;
  std::vector<Cells> actual;
  for (; cursor->Valid(); cursor->Next()) actual.push_back(FromRow(cursor->row()));
  if (!cursor->status().ok()) Fail("read: " + cursor->status().ToString());
  CompareRows("rows of " + feature, expected, actual);
}

// Everything that is stored, and the latest of each sample.
void Runner::CompareAll() {
  for (const auto& spec : model().specs()) {
    ModelRead latest;
    latest.with_feature_history = true;
    latest.allow_fallback = false;
    CompareRead(spec.key, latest);
    ModelRead all = latest;
    all.with_sample_history = all.include_soft_deleted = true;
    CompareRead(spec.key, all);
  }
}

void Runner::Read(Random* random) {
  const FeatureSpec& spec = AnyFeature(random);
  const ModelRead read = RandomRead(plan_, model(), spec, at_->times, random);
  Note("read " + spec.key + " " + json(Texts(read.filters)).dump() +
       (read.with_feature_history ? " feature_history" : "") +
       (read.with_sample_history ? " sample_history" : "") +
       (read.include_soft_deleted ? " include_deleted" : "") +
       (read.only_soft_deleted ? " only_deleted" : "") +
       (read.feature_version ? " version " + *read.feature_version : "") +
       (read.as_of ? " as_of " + std::to_string(*read.as_of) : ""));
  CompareRead(spec.key, read);
}

ResolveOptions Runner::ToOptions(const ModelResolve& resolve) {
  ResolveOptions options;
  for (const auto& [key, filters] : resolve.filters) options.filters[key] = Texts(filters);
  options.global_filters = Texts(resolve.global_filters);
  options.target_filters = Texts(resolve.target_filters);
  options.staleness_predicates = Texts(resolve.staleness_predicates);
  options.skip_comparison = resolve.skip_comparison;
  if (resolve.as_of) options.as_of = FromMicros(*resolve.as_of);
  return options;
}

std::map<Change, std::vector<Cells>> Runner::Changes(UpdateCursor* cursor) {
  std::map<Change, std::vector<Cells>> rows;
  for (; cursor->Valid(); cursor->Next()) rows[cursor->change()].push_back(FromRow(cursor->row()));
  if (!cursor->status().ok()) Fail("resolve: " + cursor->status().ToString());
  return rows;
}

void Runner::CompareScope(const std::string& feature, const ModelResolve& resolve,
                          const std::map<Change, std::vector<Cells>>& whole) {
  const auto joins = model().JoinColumns(model().Spec(feature));
  std::vector<Cells> samples;
  std::set<std::vector<json>> scope;
  for (const auto& [change, rows] : whole) {
    for (size_t i = 0; i < rows.size(); ++i) {
      const auto key = KeyOf(rows[i], joins);
      if (!key) return;  // not every dep passes its join columns on
      if (i % 2 != 0) continue;
      scope.insert(*key);
      samples.emplace_back();
      for (const auto& name : joins) samples.back()[name] = rows[i].at(name);
    }
  }
  ResolveOptions options = ToOptions(resolve);
  PieceReader rows(resolve.samples.value_or(std::vector<Cells>()), &plan_.types);
  if (resolve.samples) options.samples = &rows;
  const auto set = SampleSet::Of(ToBatch(samples, plan_.types), joins);
  if (!set.ok()) Fail("scope: " + set.status().ToString());
  options.scope = *set;
  auto cursor = store().ResolveUpdate(feature, options);
  if (!cursor.ok()) Fail("resolve in a scope: " + cursor.status().ToString());
  auto in_scope = Changes(&*cursor);
  for (const auto& [change, all] : whole) {
    std::vector<Cells> expected;
    for (const auto& row : all) {
      if (scope.contains(*KeyOf(row, joins))) expected.push_back(row);
    }
    CompareRows("in the scope of " + feature, expected, in_scope[change]);
  }
}

ModelIncrement Runner::CompareResolve(const std::string& feature, const ModelResolve& resolve) {
  ResolveOptions options = ToOptions(resolve);
  PieceReader samples(resolve.samples.value_or(std::vector<Cells>()), &plan_.types);
  if (resolve.samples) options.samples = &samples;
  Note("resolve " + feature + " filters " + json(options.filters).dump() + " global " +
       json(options.global_filters).dump() + " target " + json(options.target_filters).dump() +
       " stale " + json(options.staleness_predicates).dump() +
       (options.skip_comparison ? " skip" : "") +
       (options.as_of ? " as_of " + std::to_string(ToMicros(*options.as_of)) : ""));
  for (const auto& row : resolve.samples.value_or(std::vector<Cells>())) {
    Note("  sample " + ToText(row));
  }
  auto cursor = store().ResolveUpdate(feature, options);
  ModelIncrement expected;
  if (!ModelAccepts([&] { expected = model().Resolve(feature, resolve); }, cursor.status())) {
    return {};
  }
  auto rows = Changes(&*cursor);
  CompareRows("new of " + feature, expected.fresh, rows[Change::kNew]);
  CompareRows("stale of " + feature, expected.stale, rows[Change::kStale]);
  CompareRows("orphaned of " + feature, expected.orphaned, rows[Change::kOrphaned]);
  if (cursor->counts().progress != expected.progress) Fail("progress");
  CompareScope(feature, resolve, rows);
  return expected;
}

void Runner::Resolve(Random* random) {
  const FeatureSpec& spec = AnyFeature(random);
  CompareResolve(spec.key, RandomResolve(plan_, model(), spec, at_->times, random));
}

void Runner::Describe(Random* random) {
  const FeatureSpec& spec = AnyFeature(random);
  Note("describe " + spec.key);
  std::string read_from;
  if (at_ == &main_ && plan_.fallback && other_.model.tables().contains(spec.key)) {
    read_from = other_.store->path();
  }
  if (model().tables().contains(spec.key)) read_from = store().path();
  auto path = store().SourcePath(spec.key);
  if (path.ok() ? *path != read_from : !read_from.empty()) Fail("read from");
  auto info = store().Describe(spec.key, /*count_rows=*/true);
  const auto table = model().tables().find(spec.key);
  if (table == model().tables().end()) {
    if (info.status().code() != StatusCode::kNotFound) Fail("describe: never written");
    return;
  }
  if (!info.ok()) Fail("describe: " + info.status().ToString());
  std::set<std::string> columns;
  for (const auto& column : info->columns) columns.insert(column.name);
  if (columns != table->second.columns) Fail("columns");
  std::map<std::string, uint64_t> counts;
  for (const auto& version : table->second.versions) counts[version] = 0;
  for (const auto& row : table->second.rows) {
    ++counts[row.cells.at(std::string(kFeatureVersion)).get<std::string>()];
  }
  for (const auto& version : info->versions) {
    if (counts[version.feature_version] != version.rows) Fail("rows of a version");
  }
  if (counts.size() != info->versions.size()) Fail("versions");
}

}  // namespace diotima::model
