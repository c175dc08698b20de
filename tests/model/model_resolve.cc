// Resolve update (docs/semantics.md, section 8), naively.
#include <algorithm>

#include "tests/model/model.h"

namespace diotima::model {
namespace {

const std::string kProvenanceMap(kProvenanceByField), kProv(kProvenance),
    kDataVersionMap(kDataVersionByField), kDv(kDataVersion);

ModelError Invalid(const std::string& why) { return {StatusCode::kInvalidArgument, why}; }

Predicates Plus(Predicates a, const Predicates& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Predicates FiltersFor(const ModelResolve& options, const std::string& feature) {
  const auto it = options.filters.find(feature);
  return Plus(it == options.filters.end() ? Predicates() : it->second, options.global_filters);
}

}  // namespace

// Steps 1 and 2: read, rename, filter, select.
Model::Side Model::OpenSide(const FeatureSpec& spec, size_t index,
                            const ModelResolve& options) const {
  Side side;
  const FeatureDep& dep = spec.deps[index];
  side.dep = &dep;
  ModelRead read;
  read.filters = FiltersFor(options, dep.feature);
  read.as_of = options.as_of;
  const auto rows = ReadRows(dep.feature, read);
  const auto& known = Find(dep.feature, /*allow_fallback=*/true)->columns;

  std::map<std::string, std::string> names;  // old → new
  for (const auto& column : known) names[column] = column;
  for (const auto& [from, to] :
       dep.rename.value_or(std::vector<std::pair<std::string, std::string>>())) {
    if (!known.contains(from)) throw Invalid("renames an unknown column");
    names[from] = to;
  }
  for (const auto& [from, to] : names) {
    if (!side.columns.insert(to).second) throw Invalid("renames to a column that is there");
  }
  Predicates filters;
  if (const auto it = graph_.dep_filters.find(spec.key + ">" + dep.feature);
      it != graph_.dep_filters.end()) {
    filters = it->second;
  }
  for (const auto& filter : filters) {
    for (const auto& column : filter.columns) {
      if (!side.columns.contains(column)) throw Invalid("a dep's filter names an unknown column");
    }
  }
  side.known = side.columns;
  for (const auto& id : Spec(dep.feature).id_columns) side.ids.push_back(names[id]);
  if (dep.select) {
    for (const auto& column : *dep.select) {
      if (!side.columns.contains(column)) throw Invalid("selects an unknown column");
    }
    side.columns = {dep.select->begin(), dep.select->end()};
    const bool on = dep.lineage.kind != LineageKind::kIdentity && dep.lineage.on;
    for (const auto& column : on ? *dep.lineage.on : side.ids) {
      if (!side.known.contains(column)) throw Invalid("keeps an unknown column");
      side.columns.insert(column);
    }
  }
  for (const ModelRow* row : rows) {
    Cells renamed;
    for (const auto& [from, to] : names) renamed[to] = Cell(row->cells, from);
    if (!MatchesAll(filters, renamed)) continue;
    side.rows.push_back(std::move(renamed));
    side.hashes.push_back(Cell(row->cells, kDataVersionMap));
  }
  if (dep.lineage.kind == LineageKind::kAggregation) Aggregate(spec, &side);
  return side;
}

// Step 3: each row takes the hashes of its group.
void Model::Aggregate(const FeatureSpec& spec, Side* side) const {
  const auto on = side->dep->lineage.on.value_or(spec.id_columns);
  for (const auto& column : on) {
    if (!side->known.contains(column)) throw Invalid("aggregates on an unknown column");
  }
  auto values = [&](size_t row, const std::vector<std::string>& columns) {
    std::vector<json> out;
    for (const auto& column : columns) out.push_back(Cell(side->rows[row], column));
    return out;
  };
  std::map<std::vector<json>, std::vector<size_t>> groups;
  for (size_t i = 0; i < side->rows.size(); ++i) groups[values(i, on)].push_back(i);
  for (auto& [key, members] : groups) {
    std::sort(members.begin(), members.end(),
              [&](size_t a, size_t b) { return values(a, side->ids) < values(b, side->ids); });
    json combined = json::object();
    for (const auto& field : Spec(side->dep->feature).fields) {
      const std::string name = StructKey(field.key);
      std::vector<std::string> hashes;
      for (size_t i : members) {
        const json& own = side->hashes[i];
        const json hash = own.is_null() ? json() : own.value(name, json());
        if (!hash.is_null()) hashes.push_back(hash.get<std::string>());
      }
      std::string joined;
      for (size_t i = 0; i < hashes.size(); ++i) joined += (i == 0 ? "" : "|") + hashes[i];
      if (!hashes.empty()) combined[name] = hasher_.Hash(joined);
    }
    for (size_t i : members) side->hashes[i] = combined;
  }
}

// One combination of rows: `chosen` has one of each side, or -1.
Model::ExpectedRow Model::Joined(const FeatureSpec& spec, const std::vector<Side>& sides,
                                 const std::vector<int>& chosen,
                                 const std::vector<std::string>& joins) const {
  Cells out, join;
  json by_feature = json::object();
  for (size_t i = 0; i < sides.size(); ++i) {
    if (chosen[i] < 0) continue;
    const Cells& row = sides[i].rows[static_cast<size_t>(chosen[i])];
    for (const auto& column : sides[i].columns) {
      if (!Cell(row, column).is_null()) out[column] = row.at(column);
    }
    for (const auto& column : joins) join[column] = Cell(row, column);
    by_feature[sides[i].dep->feature] = sides[i].hashes[static_cast<size_t>(chosen[i])];
  }
  json by_field = json::object();
  for (const auto& field : spec.fields) {
    std::string text = field.key + "|" + field.code_version;
    bool null = false;
    for (const auto& [feature, key] : Parents(spec, field)) {
      const json& hashes = by_feature[feature];
      const json hash = hashes.is_null() ? json() : hashes.value(StructKey(key), json());
      const bool optional = std::any_of(
          spec.deps.begin(), spec.deps.end(),
          [feature = feature](const auto& d) { return d.feature == feature && d.optional; });
      if (hash.is_null() && !optional) null = true;
      text += "|" + feature + "." + key + "|" + (hash.is_null() ? "" : hash.get<std::string>());
    }
    by_field[StructKey(field.key)] = null ? json() : json(hasher_.Hash(text));
  }
  out[kProvenanceMap] = out[kDataVersionMap] = by_field;
  out[kProv] = out[kDv] = RowHash(spec, by_field);
  return {out, join};
}

// Steps 4 and 5: join and compute.
std::vector<Model::ExpectedRow> Model::Expected(const FeatureSpec& spec,
                                                const ModelResolve& options) const {
  std::vector<Side> sides;
  Errors errors;
  for (size_t i = 0; i < spec.deps.size(); ++i) {
    errors.Try([&] { sides.push_back(OpenSide(spec, i, options)); });
  }
  errors.Throw();
  const auto joins = JoinColumns(spec);
  std::set<std::string> seen;
  for (const auto& side : sides) {
    // To join on a column takes that the dep has it, whether it is selected or not.
    for (const auto& column : joins) {
      if (!side.known.contains(column)) throw Invalid("nothing to join on");
    }
    for (const auto& column : side.columns) {
      const bool join = std::find(joins.begin(), joins.end(), column) != joins.end();
      if (!seen.insert(column).second && !join) throw Invalid("two deps bring one column");
    }
  }

  std::vector<ExpectedRow> out;
  auto add = [&](std::vector<int> chosen) { out.push_back(Joined(spec, sides, chosen, joins)); };
  const auto required = static_cast<size_t>(
      std::count_if(sides.begin(), sides.end(), [](const auto& s) { return !s.dep->optional; }));
  std::map<std::vector<json>, std::vector<std::vector<int>>> groups;  // key → side → rows
  for (size_t i = 0; i < sides.size(); ++i) {
    for (size_t r = 0; r < sides[i].rows.size(); ++r) {
      if (const auto key = KeyOf(sides[i].rows[r], joins)) {
        auto& group = groups[*key];
        group.resize(sides.size());
        group[i].push_back(static_cast<int>(r));
        continue;
      }
      // A null matches nothing; the row survives where no required one is missing.
      if (required == 0 || (required == 1 && !sides[i].dep->optional)) {
        std::vector<int> chosen(sides.size(), -1);
        chosen[i] = static_cast<int>(r);
        add(chosen);
      }
    }
  }
  for (const auto& [key, group] : groups) {
    std::vector<std::vector<int>> combinations = {{}};
    for (size_t i = 0; i < sides.size(); ++i) {
      std::vector<int> choices = group[i];
      if (choices.empty() && sides[i].dep->optional) choices = {-1};
      std::vector<std::vector<int>> longer;
      for (const auto& combination : combinations) {
        for (int choice : choices) {
          longer.push_back(combination);
          longer.back().push_back(choice);
        }
      }
      combinations = std::move(longer);
    }
    for (const auto& combination : combinations) add(combination);
  }
  return out;
}

std::vector<Model::ExpectedRow> Model::ExpectedSamples(const FeatureSpec& spec,
                                                       const ModelResolve& options,
                                                       const Predicates& filters) const {
  std::vector<ExpectedRow> out;
  std::set<std::string> named;
  for (const auto& sample : *options.samples) {
    const Cells complete = Complete(spec, sample, /*sample=*/true);
    Cells row;
    for (const auto& column : {kProvenanceMap, kProv, kDataVersionMap, kDv})
      row[column] = Cell(complete, column);
    for (const auto& [column, cell] : sample) {
      if (FindSystemColumn(column)) continue;
      row[column] = cell;
      named.insert(column);
    }
    out.push_back({row, row});
  }
  for (const auto& filter : filters) {
    for (const auto& column : filter.columns) {
      const bool hash =
          column == kProvenanceMap || column == kProv || column == kDataVersionMap || column == kDv;
      if (!named.empty() && !named.contains(column) && !hash) throw Invalid("unknown column");
    }
  }
  std::erase_if(out, [&](const auto& row) { return !MatchesAll(filters, row.cells); });
  return out;
}

// The rows that are there, with the errors of asking for them.
std::vector<const ModelRow*> Model::CurrentRows(const FeatureSpec& spec,
                                                const ModelResolve& options, const ModelRead& read,
                                                const std::vector<std::string>& joins) const {
  const auto table = tables_.find(spec.key);
  if (table == tables_.end() || options.skip_comparison) return {};
  const auto& known = table->second.columns;
  Errors errors;
  for (const auto& predicate : options.staleness_predicates) {
    for (const auto& column : predicate.columns) {
      errors.Try([&] {
        if (!known.contains(column) && !FindSystemColumn(column)) throw Invalid("unknown column");
      });
    }
  }
  for (const auto& column : joins) {
    errors.Try([&] {
      if (table->second.versions.contains(FeatureVersion(spec)) && !known.contains(column)) {
        throw ModelError(StatusCode::kSchemaMismatch, "no join column");
      }
    });
  }
  std::vector<const ModelRow*> rows;
  errors.Try([&] { rows = ReadRows(spec.key, read); });
  errors.Throw();
  return rows;
}

ModelIncrement Model::Resolve(const std::string& feature, const ModelResolve& options) const {
  const FeatureSpec& spec = Spec(feature);
  if (spec.deps.empty() && !options.samples) throw Invalid("a root needs samples");
  ModelRead read;
  read.filters = Plus(FiltersFor(options, feature), options.target_filters);
  read.as_of = options.as_of;
  read.allow_fallback = false;
  const auto joins = JoinColumns(spec);
  std::vector<ExpectedRow> expected;
  Errors errors;
  errors.Try([&] {
    expected =
        options.samples ? ExpectedSamples(spec, options, read.filters) : Expected(spec, options);
  });

  std::vector<const ModelRow*> current;
  errors.Try([&] { current = CurrentRows(spec, options, read, joins); });
  errors.Throw();

  ModelIncrement out;
  std::set<std::vector<json>> matched;  // current keys that are expected
  std::set<std::vector<json>> keys, new_keys;
  for (const auto& [row, join] : expected) {
    const auto key = KeyOf(join, joins);
    bool found = false, stale = false;
    for (const ModelRow* now : current) {
      if (!key || KeyOf(now->cells, joins) != key) continue;
      found = true;
      matched.insert(*key);
      const json& stored = Cell(now->cells, kProv);
      const json& wanted = Cell(row, kProv);
      stale = stale || stored.is_null() || (!wanted.is_null() && wanted != stored);
      for (const auto& p : options.staleness_predicates) stale = stale || p.Matches(now->cells);
    }
    std::vector<json> counted;
    for (const auto& column : joins) counted.push_back(Cell(join, column));
    keys.insert(counted);
    if (!found) new_keys.insert(counted);
    if (!found) out.fresh.push_back(WithoutNulls(row));
    if (found && stale) out.stale.push_back(WithoutNulls(row));
  }
  const bool keys_only = std::any_of(spec.deps.begin(), spec.deps.end(), [](const auto& dep) {
    return dep.lineage.kind == LineageKind::kExpansion;
  });
  std::set<Cells> orphaned_keys;
  for (const ModelRow* now : current) {
    const auto key = KeyOf(now->cells, joins);
    if (key && matched.contains(*key)) continue;
    Cells cells = WithoutNulls(now->cells);
    if (keys_only) {
      std::erase_if(cells, [&](const auto& cell) {
        return std::find(joins.begin(), joins.end(), cell.first) == joins.end();
      });
      if (!orphaned_keys.insert(cells).second) continue;
    }
    out.orphaned.push_back(std::move(cells));
  }
  if (!options.samples && !keys.empty()) {
    out.progress =
        static_cast<double>(keys.size() - new_keys.size()) / static_cast<double>(keys.size()) * 100;
  }
  return out;
}

}  // namespace diotima::model
