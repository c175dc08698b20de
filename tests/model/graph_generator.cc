// Random graphs: up to five features with all kinds of lineage.
#include <algorithm>

#include "tests/model/generators.h"

namespace diotima::model {
namespace {

const std::vector<std::string> kIdPool = {"k0", "k1", "k2"};
const std::vector<std::string> kFieldPool = {"audio", "audio/french", "french", "frames", "x/y/z"};

class GraphGenerator {
 public:
  explicit GraphGenerator(Random* random) : random_(*random) {}

  Plan Run() {
    PlanColumns();
    for (;;) {
      plan_.graphs = {RandomDefinitions()};
      if (!Link(&plan_.graphs[0])) continue;
      plan_.graphs.push_back(Changed(plan_.graphs[0]));
      if (Link(&plan_.graphs[1])) break;
    }
    static const std::vector<Hasher> kHashers = {
        {HashAlgorithm::kXxHash64, 0}, {HashAlgorithm::kXxHash64, 0}, {HashAlgorithm::kXxHash32, 0},
        {HashAlgorithm::kXxHash32, 8}, {HashAlgorithm::kSha256, 12},  {HashAlgorithm::kMd5, 0}};
    plan_.hasher = random_.Pick(kHashers);
    plan_.memory_budget = random_.Pick(std::vector<size_t>{1, 2000, 1 << 20});
    plan_.bulk_commit_threshold = random_.Pick(std::vector<size_t>{0, 500, 32 << 20});
    for (auto& definitions : plan_.graphs) {
      definitions.project_version =
          definitions.graph.ProjectVersion(plan_.hasher.truncation_length);
    }
    if (random_.Chance(30)) plan_.materialization_id = "store's run";
    plan_.fallback = random_.Chance(50);
    return std::move(plan_);
  }

 private:
  void PlanColumns() {
    static const std::vector<std::string> kIdTypes = {"int64",  "uint64", "string",    "bool",
                                                      "double", "bytes",  "timestamp", "date"};
    static const std::vector<std::string> kTypes = {"int64",
                                                    "uint64",
                                                    "string",
                                                    "bool",
                                                    "double",
                                                    "bytes",
                                                    "timestamp",
                                                    "date",
                                                    "list<int64>",
                                                    "struct<a:int64,b:list<string>>",
                                                    "map<string,double>"};
    for (const auto& id : kIdPool) plan_.types[id] = *Type::Parse(random_.Pick(kIdTypes));
    plan_.types["k9"] = plan_.types["k0"];  // k0 renamed
    plan_.types["k8"] = plan_.types["k1"];  // k1 renamed
    static const std::vector<std::string> kKeys = {"a", "a/b", "a_b", "video/raw", "z-9"};
    keys_ = random_.Some(kKeys, 2);
    for (const auto& key : keys_) {
      for (int i = 0; i < 3; ++i) {
        const std::string name = "v" + std::to_string(i) + " " + key;
        plan_.types[name] = plan_.types["renamed " + name] = *Type::Parse(random_.Pick(kTypes));
        values_[key].push_back(name);
      }
    }
  }

  std::vector<FieldSpec> RandomFields() {
    std::vector<FieldSpec> fields;
    for (const auto& key : random_.Some(kFieldPool, 1)) {
      if (fields.size() == 3) break;
      fields.push_back({key, random_.Chance(50) ? "1" : "2"});
    }
    return fields;
  }

  std::vector<std::string> FieldKeys(const FeatureSpec& spec) {
    std::vector<std::string> keys;
    for (const auto& field : spec.fields) keys.push_back(field.key);
    return keys;
  }

  FieldsMapping RandomMapping(const FeatureSpec& spec, const FeatureSpec& upstream) {
    FieldsMapping mapping;
    mapping.kind = random_.Pick(std::vector{
        FieldsMappingKind::kDefault, FieldsMappingKind::kDefault, FieldsMappingKind::kSpecific,
        FieldsMappingKind::kAll, FieldsMappingKind::kNone});
    if (mapping.kind == FieldsMappingKind::kDefault) {
      mapping.match_suffix = random_.Chance(40);
      if (random_.Chance(20)) mapping.exclude_fields = {random_.Pick(FieldKeys(upstream))};
    }
    if (mapping.kind == FieldsMappingKind::kSpecific) {
      for (const auto& field : spec.fields) {
        mapping.mapping[field.key] = random_.Some(FieldKeys(upstream));
      }
    }
    return mapping;
  }

  void RenameIds(const FeatureSpec& upstream, FeatureDep* dep, std::set<std::string>* after) {
    static const std::vector<std::pair<std::string, std::string>> kNewNames = {{"k0", "k9"},
                                                                               {"k1", "k8"}};
    for (const auto& names : kNewNames) {
      const auto& ids = upstream.id_columns;
      if (std::find(ids.begin(), ids.end(), names.first) == ids.end()) continue;
      if (!random_.Chance(8)) continue;
      if (!dep->rename) dep->rename.emplace();
      dep->rename->push_back(names);
      after->erase(names.first);
      after->insert(names.second);
    }
  }

  // On columns that the upstream has, as ids or not, or rarely has not.
  Lineage RandomLineage(const FeatureSpec& spec, const FeatureSpec& upstream,
                        const FeatureDep& dep) {
    Lineage lineage;
    lineage.kind = random_.Chance(60) ? LineageKind::kAggregation : LineageKind::kExpansion;
    if (lineage.kind == LineageKind::kAggregation && random_.Chance(30)) return lineage;
    std::set<std::string> names(spec.id_columns.begin(), spec.id_columns.end());
    for (const auto& column : plan_.columns[upstream.key]) {
      if (column.starts_with("k")) names.insert(NewName(dep, column));
    }
    std::vector<std::string> on =
        random_.Some(std::vector<std::string>(names.begin(), names.end()), 1);
    if (on.size() > 1 && random_.Chance(50)) on.resize(1);
    const std::string value = random_.Pick(values_[upstream.key]);
    if (!plan_.types[value].nested() && random_.Chance(8)) on.push_back(NewName(dep, value));
    lineage.on = on;
    return lineage;
  }

  FeatureDep RandomDep(const FeatureSpec& spec, const FeatureSpec& upstream,
                       Definitions* definitions) {
    FeatureDep dep;
    dep.feature = upstream.key;
    dep.optional = random_.Chance(30);
    dep.fields_mapping = RandomMapping(spec, upstream);
    std::set<std::string> after(upstream.id_columns.begin(), upstream.id_columns.end());
    for (const auto& value : values_[upstream.key]) after.insert(value);
    if (random_.Chance(20)) {
      const std::string value = random_.Pick(values_[upstream.key]);
      dep.rename = {{value, "renamed " + value}};
      after.erase(value);
      after.insert("renamed " + value);
    }
    RenameIds(upstream, &dep, &after);
    if (random_.Chance(35)) dep.lineage = RandomLineage(spec, upstream, dep);
    if (random_.Chance(15)) {
      dep.select = random_.Some(std::vector<std::string>(after.begin(), after.end()));
    }
    if (random_.Chance(15)) {
      const auto columns = ColumnsOf(plan_, upstream, after, /*system=*/false);
      const Predicate filter = RandomPredicate(columns, &random_);
      dep.filters = {filter.text};
      definitions->dep_filters[spec.key + ">" + dep.feature] = {filter};
    }
    return dep;
  }

  void RandomFieldDeps(FeatureSpec* spec, const Definitions& definitions) {
    for (auto& field : spec->fields) {
      if (random_.Chance(10)) field.all_deps = true;
      if (field.all_deps || !random_.Chance(20)) continue;
      for (const auto& dep : spec->deps) {
        FieldDep wanted{dep.feature, random_.Chance(30), {}};
        for (const auto& upstream : definitions.specs) {
          if (upstream.key == dep.feature && !wanted.all_fields) {
            wanted.fields = random_.Some(FieldKeys(upstream));
          }
        }
        field.deps.push_back(std::move(wanted));
      }
    }
  }

  static std::vector<std::string> JoinColumns(const FeatureSpec& spec,
                                              const Definitions& definitions) {
    Model model({});
    model.Use({definitions.specs, {}, ""});
    return model.JoinColumns(spec);
  }

  // Not covered yet: deps without a common input column, joined on the feature's id columns, of
  // which an aggregation is on others: the engine groups by both.
  static bool GroupsByJoinColumns(const FeatureSpec& spec, const Definitions& definitions) {
    const auto joins = JoinColumns(spec, definitions);
    return std::all_of(spec.deps.begin(), spec.deps.end(), [&](const auto& dep) {
      if (dep.lineage.kind != LineageKind::kAggregation) return true;
      const auto on = dep.lineage.on.value_or(spec.id_columns);
      return std::all_of(joins.begin(), joins.end(), [&](const auto& column) {
        return std::find(on.begin(), on.end(), column) != on.end();
      });
    });
  }

  Definitions RandomDefinitions() {
    Definitions out;
    for (size_t i = 0; i < keys_.size(); ++i) {
      FeatureSpec spec;
      spec.key = keys_[i];
      spec.id_columns = random_.Some(kIdPool, 1);
      spec.fields = RandomFields();
      std::vector<std::string> columns = spec.id_columns;
      if (i > 0 && !(i == 1 && random_.Chance(40))) {
        auto upstream = random_.Some(out.specs, 1);
        if (upstream.size() > 3) upstream.resize(3);
        if (random_.Chance(60)) {
          spec.id_columns = random_.Some(upstream[0].id_columns, upstream[0].id_columns.size());
        }
        columns = spec.id_columns;
        for (const auto& u : upstream) spec.deps.push_back(RandomDep(spec, u, &out));
        if (random_.Chance(10)) {
          for (auto& dep : spec.deps) dep.optional = true;
        }
        RandomFieldDeps(&spec, out);
        if (!GroupsByJoinColumns(spec, out)) {
          for (auto& dep : spec.deps) dep.lineage = {};
        }
        if (random_.Chance(90)) {
          for (const auto& join : JoinColumns(spec, out)) Add(join, &columns);
        }
      }
      for (const auto& id : kIdPool) {
        if (random_.Chance(25)) Add(id, &columns);
      }
      for (const auto& value : values_[spec.key]) columns.push_back(value);
      if (random_.Chance(40)) {
        for (const auto& column : columns) spec.columns.emplace_back(column, plan_.types[column]);
      }
      plan_.columns[spec.key] = columns;
      out.specs.push_back(std::move(spec));
    }
    return out;
  }

  static void Add(const std::string& name, std::vector<std::string>* names) {
    if (std::find(names->begin(), names->end(), name) == names->end()) names->push_back(name);
  }

  // Other code versions and mappings, the id columns in another order.
  Definitions Changed(Definitions from) {
    for (auto& spec : from.specs) {
      for (auto& field : spec.fields) {
        if (random_.Chance(30)) field.code_version = "3";
      }
      if (random_.Chance(60))
        spec.id_columns = random_.Some(spec.id_columns, spec.id_columns.size());
      for (auto& dep : spec.deps) {
        for (const auto& upstream : from.specs) {
          if (upstream.key == dep.feature && random_.Chance(20)) {
            dep.fields_mapping = RandomMapping(spec, upstream);
          }
        }
      }
    }
    return from;
  }

  static bool Link(Definitions* definitions) {
    auto graph = Graph::FromSpecs(definitions->specs);
    if (!graph.ok()) return false;
    definitions->graph = *graph;
    return true;
  }

  Random& random_;
  Plan plan_;
  std::vector<std::string> keys_;
  std::map<std::string, std::vector<std::string>> values_;
};

}  // namespace

Plan RandomPlan(Random* random) { return GraphGenerator(random).Run(); }

}  // namespace diotima::model
