#include "tests/model/runner.h"

#include <algorithm>
#include <filesystem>

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

Runner::Runner(uint64_t plan_seed)
    : seed_(plan_seed), plan_(PlanOf(plan_seed)), model_(plan_.hasher) {
  // In memory where there is such a place: the disk's part in this is tests/crash_test.cc.
  const fs::path memory = "/dev/shm";
  std::string pattern =
      ((fs::is_directory(memory) ? memory : fs::temp_directory_path()) / "diotima-model-XXXXXX")
          .string();
  directory_ = mkdtemp(pattern.data());
  model_.SetMaterializationId(plan_.materialization_id);
  for (const auto& spec : plan_.graphs[0].specs) {
    Note("feature " + spec.key + " " + SpecJson(spec));
  }
  for (const auto& [name, type] : plan_.types) Note("column " + name + ": " + type.ToString());
  Use(0);
}

Runner::~Runner() {
  store_.reset();
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

void Runner::Use(size_t graph) {
  graph_ = graph;
  model_.Use(plan_.graphs[graph].specs, plan_.graphs[graph].dep_filters);
  for (const auto& spec : model_.specs()) {
    const auto& versions =
        plan_.graphs[graph].graph.Versions(spec.key, plan_.hasher.truncation_length);
    if (versions.feature_version != model_.FeatureVersion(spec)) Fail("feature version");
    if (plan_.graphs[graph].graph.JoinColumns(spec.key) != model_.JoinColumns(spec)) {
      Fail("join columns");
    }
  }
  Open();
}

void Runner::Open() {
  store_.reset();
  StoreOptions options;
  options.graph = plan_.graphs[graph_].graph;
  options.hash_algorithm = plan_.hasher.algorithm;
  options.hash_truncation_length = plan_.hasher.truncation_length;
  options.materialization_id = plan_.materialization_id;
  options.memory_budget = plan_.memory_budget;
  options.block_cache_size = 1 << 20;
  options.write_buffer_size = 1 << 16;
  options.clock = [this] { return clock_; };
  auto store = Store::Open(directory_ + "/store", std::move(options));
  if (!store.ok()) Fail("open: " + store.status().ToString());
  store_ = *std::move(store);
}

std::string Runner::ProjectVersion() const {
  return plan_.graphs[graph_].graph.ProjectVersion(plan_.hasher.truncation_length);
}

void Runner::Fail(const std::string& why) { throw std::runtime_error(log_ + "FAILED: " + why); }

void Runner::Run(const std::vector<Step>& steps) {
  // Something in every feature, so that short runs join too.
  Random random(seed_);
  for (const auto& spec : plan_.graphs[0].specs) {
    if (random.Chance(80)) WriteRows(spec.key, RandomRows(plan_, spec, times_, &random), &random);
  }
  if (random.Chance(40)) Use(1);
  for (const Step& step : steps) Take(step);
  Open();
  CompareAll();
  for (const auto& spec : model_.specs()) {
    if (!spec.deps.empty()) CompareResolve(spec.key, {});
  }
}

void Runner::Take(const Step& step) {
  Random random(step.seed);
  clock_ += random.Chance(20) ? -random.Int(0, 40) : random.Int(0, 20);
  const int operation = step.operation % 100;
  if (operation < 20) return Write(&random);
  if (operation < 26) return WriteMulti(&random);
  if (operation < 32) return WriteBadRow(&random);
  if (operation < 48) return ResolveAndWrite(&random);
  if (operation < 62) return Delete(&random);
  if (operation < 76) return Read(&random);
  if (operation < 90) return Resolve(&random);
  if (operation < 93) return Describe(&random);
  const bool change = operation < 97;
  Note(change ? "use the other graph" : "reopen");
  change ? Use(1 - graph_) : Open();
}

// ---- writes

void Runner::CheckCommit(int64_t commit_time, bool required) {
  if (commit_time == 0 && !required) return;
  if (commit_time != CommitTime()) Fail("commit time " + std::to_string(commit_time));
  last_commit_ = commit_time;
  times_.push_back(commit_time);
}

template <typename F>
bool Runner::ModelAccepts(const F& model, const Status& status) {
  try {
    model();
  } catch (const ModelError& error) {
    if (error.codes.contains(status.code())) return false;
    Fail(std::string("should fail: ") + error.what() + "; was " + status.ToString());
  }
  if (!status.ok()) Fail("should not fail: " + status.ToString());
  return true;
}

void Runner::WriteRows(const std::string& feature, const std::vector<Cells>& rows, Random* random) {
  ModelWrite options;
  options.preserve_feature_version = random->Chance(30);
  if (random->Chance(20)) options.materialization_id = "run";
  WriteOptions real{options.materialization_id, options.preserve_feature_version, /*sync=*/false};
  Note("write " + feature + (options.preserve_feature_version ? " preserve" : ""));
  for (const auto& row : rows) Note("  " + ToText(row));
  PieceReader pieces(rows, &plan_.types);
  auto result = random->Chance(50) ? store_->Write(feature, ToBatch(rows, plan_.types), real)
                                   : store_->Write(feature, pieces, real);
  const auto write = [&] { model_.Write(feature, rows, options, CommitTime(), ProjectVersion()); };
  if (!ModelAccepts(write, result.status())) return;
  if (result->rows != rows.size()) Fail("rows written: " + std::to_string(result->rows));
  CheckCommit(result->commit_time, /*required=*/!rows.empty());
}

void Runner::Write(Random* random) {
  const FeatureSpec& spec = AnyFeature(random);
  WriteRows(spec.key, RandomRows(plan_, spec, times_, random), random);
  CompareAll();
}

void Runner::WriteMulti(Random* random) {
  Note("write several");
  std::vector<std::pair<std::string, std::vector<Cells>>> writes;
  std::vector<RowBatch> batches;
  for (int i = random->Int(1, 3); i > 0; --i) {
    const FeatureSpec& spec = AnyFeature(random);
    writes.emplace_back(spec.key, RandomRows(plan_, spec, times_, random));
    batches.push_back(ToBatch(writes.back().second, plan_.types));
    Note(" write " + spec.key);
    for (const auto& row : writes.back().second) Note("  " + ToText(row));
  }
  std::vector<std::pair<std::string, const RowBatch*>> views;
  for (size_t i = 0; i < writes.size(); ++i) views.emplace_back(writes[i].first, &batches[i]);
  auto result = store_->WriteMulti(views, {.sync = false});
  size_t rows = 0;
  const auto write = [&] {
    for (const auto& [feature, added] : writes) {
      model_.Write(feature, added, {}, CommitTime(), ProjectVersion());
      rows += added.size();
    }
  };
  if (!ModelAccepts(write, result.status())) return;
  CheckCommit(result->commit_time, rows > 0);
  CompareAll();
}

// A good feature first, then rows of which the last is bad: nothing of it may be left.
void Runner::WriteBadRow(Random* random) {
  const FeatureSpec& first = AnyFeature(random);
  const FeatureSpec& spec = AnyFeature(random);
  const RowBatch good = ToBatch(RandomRows(plan_, first, times_, random), plan_.types);
  auto rows = RandomRows(plan_, spec, times_, random);
  Cells bad = RandomRow(plan_, spec, times_, random);
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
  auto result = store_->WriteMulti({{first.key, &good}, {spec.key, &batch}}, {.sync = false});
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
      Cells row = RandomRow(plan_, spec, times_, random);
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

void Runner::Delete(Random* random) {
  const FeatureSpec& spec = AnyFeature(random);
  DeleteOptions options;
  options.soft = random->Chance(60);
  options.with_feature_history = random->Chance(30);
  options.dry_run = random->Chance(15);
  Predicates filters;
  const auto table = model_.tables().find(spec.key);
  if (table != model_.tables().end() && random->Chance(85)) {
    const auto columns = ColumnsOf(plan_, spec, table->second.columns, /*system=*/true);
    filters.push_back(RandomPredicate(columns, random, 1));
  }
  options.filters = Texts(filters);
  Note(std::string(options.soft ? "soft" : "hard") + " delete " + spec.key +
       (options.with_feature_history ? " history" : "") + (options.dry_run ? " dry run" : "") +
       " " + json(options.filters).dump());
  auto result = store_->Delete(spec.key, options);
  size_t rows = 0;
  Model copy = model_;
  const auto remove = [&] {
    rows = options.soft
               ? copy.SoftDelete(spec.key, filters, options.with_feature_history, CommitTime())
               : copy.HardDelete(spec.key, filters, options.with_feature_history);
  };
  if (!ModelAccepts(remove, result.status())) return;
  if (result->rows != rows) {
    Fail("rows deleted: " + std::to_string(result->rows) + ", not " + std::to_string(rows));
  }
  if (!options.dry_run) {
    CheckCommit(result->commit_time, rows > 0);
    model_.Take(copy);
  }
  CompareAll();
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
  options.as_of = read.as_of;
  auto cursor = store_->Read(feature, options);
  std::vector<Cells> expected;
  if (!ModelAccepts([&] { expected = model_.Read(feature, read); }, cursor.status())) return;
  std::vector<Cells> actual;
  for (; cursor->Valid(); cursor->Next()) actual.push_back(FromRow(cursor->row()));
  if (!cursor->status().ok()) Fail("read: " + cursor->status().ToString());
  CompareRows("rows of " + feature, expected, actual);
}

// Everything that is stored, and the latest of each sample.
void Runner::CompareAll() {
  for (const auto& spec : model_.specs()) {
    ModelRead latest;
    latest.with_feature_history = true;
    CompareRead(spec.key, latest);
    ModelRead all = latest;
    all.with_sample_history = all.include_soft_deleted = true;
    CompareRead(spec.key, all);
  }
}

void Runner::Read(Random* random) {
  const FeatureSpec& spec = AnyFeature(random);
  const ModelRead read = RandomRead(plan_, model_, spec, times_, random);
  Note("read " + spec.key + " " + json(Texts(read.filters)).dump() +
       (read.with_feature_history ? " feature_history" : "") +
       (read.with_sample_history ? " sample_history" : "") +
       (read.include_soft_deleted ? " include_deleted" : "") +
       (read.only_soft_deleted ? " only_deleted" : "") +
       (read.feature_version ? " version " + *read.feature_version : "") +
       (read.as_of ? " as_of " + std::to_string(*read.as_of) : ""));
  CompareRead(spec.key, read);
}

ModelIncrement Runner::CompareResolve(const std::string& feature, const ModelResolve& resolve) {
  ResolveOptions options;
  for (const auto& [key, filters] : resolve.filters) options.filters[key] = Texts(filters);
  options.global_filters = Texts(resolve.global_filters);
  options.target_filters = Texts(resolve.target_filters);
  options.staleness_predicates = Texts(resolve.staleness_predicates);
  options.skip_comparison = resolve.skip_comparison;
  PieceReader samples(resolve.samples.value_or(std::vector<Cells>()), &plan_.types);
  if (resolve.samples) options.samples = &samples;
  Note("resolve " + feature + " filters " + json(options.filters).dump() + " global " +
       json(options.global_filters).dump() + " target " + json(options.target_filters).dump() +
       " stale " + json(options.staleness_predicates).dump() +
       (options.skip_comparison ? " skip" : ""));
  for (const auto& row : resolve.samples.value_or(std::vector<Cells>())) {
    Note("  sample " + ToText(row));
  }
  auto cursor = store_->ResolveUpdate(feature, options);
  ModelIncrement expected;
  if (!ModelAccepts([&] { expected = model_.Resolve(feature, resolve); }, cursor.status())) {
    return {};
  }
  std::map<Change, std::vector<Cells>> rows;
  for (; cursor->Valid(); cursor->Next()) rows[cursor->change()].push_back(FromRow(cursor->row()));
  if (!cursor->status().ok()) Fail("resolve: " + cursor->status().ToString());
  CompareRows("new of " + feature, expected.fresh, rows[Change::kNew]);
  CompareRows("stale of " + feature, expected.stale, rows[Change::kStale]);
  CompareRows("orphaned of " + feature, expected.orphaned, rows[Change::kOrphaned]);
  if (cursor->counts().progress != expected.progress) Fail("progress");
  return expected;
}

void Runner::Resolve(Random* random) {
  const FeatureSpec& spec = AnyFeature(random);
  CompareResolve(spec.key, RandomResolve(plan_, model_, spec, random));
}

void Runner::Describe(Random* random) {
  const FeatureSpec& spec = AnyFeature(random);
  Note("describe " + spec.key);
  auto info = store_->Describe(spec.key, /*count_rows=*/true);
  const auto table = model_.tables().find(spec.key);
  if (table == model_.tables().end()) {
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
