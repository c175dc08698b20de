#include "tests/model/generators.h"

#include <algorithm>

namespace diotima::model {
namespace {

std::set<std::string> Known(const Model& model, const std::string& feature) {
  const auto it = model.tables().find(feature);
  return it == model.tables().end() ? std::set<std::string>() : it->second.columns;
}

}  // namespace

json RandomCell(const Type& type, Random* random) {
  static const std::vector<json> kDoubles = {0.5, 1.0, -2.25, 1e300, 3.0};
  static const std::vector<json> kTexts = {"",  "a", "b", "it's", "naïve", std::string("a\0b", 3),
                                           "zz"};
  static const std::vector<json> kBytes = {"", "00", "00ff", "ff00", "6162"};
  static const std::vector<json> kInts = {0, 1, -1, 256, -257, INT64_MIN};
  static const std::vector<json> kUnsigned = {0u, 1u, 255u, UINT64_MAX, uint64_t{1} << 63};
  switch (type.kind()) {
    case Kind::kBool:
      return random->Chance(50);
    case Kind::kInt64:
      return random->Pick(kInts);
    case Kind::kUint64:
      return random->Pick(kUnsigned);
    case Kind::kDouble:
      return random->Pick(kDoubles);
    case Kind::kString:
      return random->Pick(kTexts);
    case Kind::kBytes:
      return {{"$bytes", random->Pick(kBytes)}};
    case Kind::kTimestamp:
      return Timestamp(random->Int(-2, 2) * int64_t{500000});
    case Kind::kDate:
      return {{"$date", random->Int(-1, 1) * 400}};
    case Kind::kList: {
      json out = json::array();
      for (int i = random->Int(0, 3); i > 0; --i) out.push_back(RandomCell(type.element(), random));
      return out;
    }
    case Kind::kMap: {
      json pairs = json::array();
      for (const char* key : {"y", "x"}) {
        if (random->Chance(60)) pairs.push_back({key, RandomCell(type.value(), random)});
      }
      return {{"$map", pairs}};
    }
    default: {
      json out = json::object();
      for (const auto& member : type.members()) {
        out[member.name] = random->Chance(20) ? json() : RandomCell(member.type, random);
      }
      return out;
    }
  }
}

json RandomId(const Type& type, Random* random) {
  Random few(random->Chance(85) ? 2 : random->Next() % 4);
  if (random->Chance(40)) few.Next();
  return RandomCell(type, &few);
}

json RandomHash(Random* random) {
  static const std::vector<json> kHashes = {"17", "18", "19446744073709551616", "007", "h1", ""};
  return random->Pick(kHashes);
}

namespace {

json RandomHashMap(const FeatureSpec& spec, bool whole, Random* random) {
  json out = json::object();
  const bool tame = random->Chance(60);  // numbers only, as stores with xxhash have them
  for (const auto& field : spec.fields) {
    if (!whole && random->Chance(20)) continue;
    json hash = tame ? json(std::to_string(random->Int(1, 4))) : RandomHash(random);
    if (!tame && random->Chance(15)) hash = nullptr;
    if (!tame && random->Chance(10)) hash = random->Int(-1, 4);
    out[StructKey(field.key)] = hash;
  }
  if (random->Chance(5)) out["no such field"] = RandomHash(random);
  return out;
}

}  // namespace

Cells RandomRow(const Plan& plan, const FeatureSpec& spec, const std::vector<int64_t>& times,
                Random* random) {
  Cells row;
  for (const auto& column : plan.columns.at(spec.key)) {
    const bool id =
        std::find(spec.id_columns.begin(), spec.id_columns.end(), column) != spec.id_columns.end();
    if (!id && random->Chance(30)) continue;
    row[column] = !id && random->Chance(15) ? json() : RandomCell(plan.types.at(column), random);
    const bool joined = column.starts_with("k") && !row[column].is_null();
    if (id || joined) row[column] = RandomId(plan.types.at(column), random);
  }
  row[std::string(kProvenanceByField)] =
      random->Chance(5) ? json() : RandomHashMap(spec, /*whole=*/true, random);
  auto text = [&] { return random->Chance(20) ? json() : RandomHash(random); };
  if (random->Chance(10)) row[std::string(kProvenance)] = text();
  if (random->Chance(20)) {
    row[std::string(kDataVersionByField)] =
        random->Chance(15) ? json() : RandomHashMap(spec, /*whole=*/false, random);
  }
  if (random->Chance(10)) row[std::string(kDataVersion)] = text();
  if (random->Chance(8)) {
    row[std::string(kCreatedAt)] =
        random->Chance(20) ? json() : Timestamp(random->Int(-5, 5) * int64_t{1000});
  }
  if (random->Chance(3)) row[std::string(kUpdatedAt)] = Timestamp(7);
  if (random->Chance(8)) {
    int64_t time = random->Chance(20) ? int64_t{1} << 52 : random->Int(0, 3);
    if (!times.empty() && random->Chance(50)) time = random->Pick(times);
    row[std::string(kDeletedAt)] = random->Chance(10) ? json() : Timestamp(time);
  }
  if (random->Chance(3)) row[std::string(kMaterializationId)] = "ignored";
  if (random->Chance(15)) {
    const auto& graph = random->Pick(plan.graphs).graph;
    row[std::string(kFeatureVersion)] =
        random->Chance(70)
            ? json(graph.Versions(spec.key, plan.hasher.truncation_length).feature_version)
            : json("elsewhere");
    if (random->Chance(80)) row[std::string(kProjectVersion)] = random->Chance(50) ? "p1" : "p2";
  }
  return row;
}

std::vector<Cells> RandomRows(const Plan& plan, const FeatureSpec& spec,
                              const std::vector<int64_t>& times, Random* random) {
  std::vector<Cells> rows;
  const int count = random->Chance(10) ? random->Int(20, 60) : random->Int(0, 8);
  for (int i = 0; i < count; ++i) rows.push_back(RandomRow(plan, spec, times, random));
  return rows;
}

FilterColumns ColumnsOf(const Plan& plan, const FeatureSpec& spec,
                        const std::set<std::string>& columns, bool system) {
  FilterColumns out;
  for (const auto& column : columns) out.types[column] = plan.types.at(column);
  if (system) {
    for (const auto& column : SystemColumns()) {
      if (column.name != kProjectVersion) out.types[column.name] = column.type;
    }
  }
  for (const auto& field : spec.fields) out.fields.push_back(StructKey(field.key));
  return out;
}

ModelRead RandomRead(const Plan& plan, const Model& model, const FeatureSpec& spec,
                     const std::vector<int64_t>& times, Random* random) {
  ModelRead read;
  const auto columns = ColumnsOf(plan, spec, Known(model, spec.key), /*system=*/true);
  while (random->Chance(30)) read.filters.push_back(RandomPredicate(columns, random));
  if (random->Chance(20)) {
    std::vector<std::string> names;
    for (const auto& [name, type] : columns.types) names.push_back(name);
    read.columns = random->Some(names, 1);
    if (random->Chance(10)) read.columns.push_back("no_such_column");
  }
  if (random->Chance(15)) {
    read.feature_version = random->Pick(plan.graphs)
                               .graph.Versions(spec.key, plan.hasher.truncation_length)
                               .feature_version;
    if (random->Chance(10)) read.feature_version = "elsewhere";
  }
  read.with_feature_history = random->Chance(35);
  read.with_sample_history = random->Chance(35);
  read.include_soft_deleted = random->Chance(35);
  read.only_soft_deleted = random->Chance(15);
  if (!times.empty() && random->Chance(20)) read.as_of = random->Pick(times) + random->Int(-1, 1);
  read.allow_fallback = !random->Chance(20);
  return read;
}

ModelResolve RandomResolve(const Plan& plan, const Model& model, const FeatureSpec& spec,
                           const std::vector<int64_t>& times, Random* random) {
  ModelResolve resolve;
  const bool samples = spec.deps.empty() ? !random->Chance(5) : random->Chance(10);
  const auto joins = model.JoinColumns(spec);
  if (samples) {
    resolve.samples = RandomRows(plan, spec, {}, random);
    for (auto& row : *resolve.samples) {
      for (const auto& column : joins) {
        if (!row.contains(column)) row[column] = RandomCell(plan.types.at(column), random);
      }
    }
  }
  const auto own = ColumnsOf(plan, spec, Known(model, spec.key), /*system=*/!samples);
  if (!own.types.empty()) {
    if (random->Chance(20)) resolve.target_filters.push_back(RandomPredicate(own, random));
    if (random->Chance(15)) resolve.filters[spec.key].push_back(RandomPredicate(own, random));
    if (random->Chance(20)) resolve.staleness_predicates.push_back(RandomPredicate(own, random));
  }
  for (const auto& dep : spec.deps) {
    if (!random->Chance(20)) continue;
    const auto upstream =
        ColumnsOf(plan, model.Spec(dep.feature), Known(model, dep.feature), /*system=*/true);
    resolve.filters[dep.feature].push_back(RandomPredicate(upstream, random));
  }
  if (random->Chance(10)) {
    const auto ids = ColumnsOf(plan, spec, {joins.begin(), joins.end()}, /*system=*/false);
    resolve.global_filters.push_back(RandomPredicate(ids, random));
  }
  resolve.skip_comparison = random->Chance(10);
  if (!times.empty() && random->Chance(15)) {
    resolve.as_of = random->Pick(times) + random->Int(-1, 1);
  }
  return resolve;
}

}  // namespace diotima::model
