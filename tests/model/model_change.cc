// Delete, rebase, copy and push (docs/semantics.md), naively.
#include <algorithm>
#include <limits>

#include "tests/model/model.h"

namespace diotima::model {
namespace {

const std::string kProvenanceMap(kProvenanceByField), kProv(kProvenance),
    kDataVersionMap(kDataVersionByField), kDv(kDataVersion), kFv(kFeatureVersion),
    kPv(kProjectVersion), kUpdated(kUpdatedAt), kDeleted(kDeletedAt),
    kRunColumn(kMaterializationId);

ModelError Invalid(const std::string& why) { return {StatusCode::kInvalidArgument, why}; }
ModelError NotFound(const std::string& why) { return {StatusCode::kNotFound, why}; }

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The feature after all that it depends on, which come in ascending order.
void Visit(const Model& model, const std::string& feature, std::vector<std::string>* order) {
  if (Has(*order, feature)) return;
  std::set<std::string> upstream;
  for (const auto& dep : model.Spec(feature).deps) upstream.insert(dep.feature);
  for (const auto& key : upstream) Visit(model, key, order);
  order->push_back(feature);
}

std::vector<std::string> WithUpstream(const Model& model, const std::string& feature) {
  std::vector<std::string> out;
  Visit(model, feature, &out);
  return out;
}

}  // namespace

// ---- delete

std::vector<std::string> Model::CascadeOrder(const std::string& feature, Cascade cascade) const {
  if (cascade == Cascade::kNone) return {feature};
  std::set<std::string> keys;
  std::vector<std::string> all, order;
  for (const auto& spec : specs()) keys.insert(spec.key);
  for (const auto& key : keys) Visit(*this, key, &all);
  for (const auto& key : all) {
    const bool upstream = Has(WithUpstream(*this, feature), key);
    const bool downstream = Has(WithUpstream(*this, key), feature);
    if ((upstream && cascade != Cascade::kDownstream) ||
        (downstream && cascade != Cascade::kUpstream)) {
      order.push_back(key);
    }
  }
  if (cascade == Cascade::kDownstream) std::reverse(order.begin(), order.end());
  return order;
}

size_t Model::SoftDelete(const std::string& feature, const ModelRead& read, int64_t time) {
  std::vector<ModelRow> marked;
  for (const auto* row : ReadRows(feature, read)) {
    marked.push_back({row->cells, time, time});
    marked.back().cells[kDeleted] = Timestamp(time);
  }
  auto& rows = tables_[feature].rows;
  rows.insert(rows.end(), marked.begin(), marked.end());
  return marked.size();
}

size_t Model::HardDelete(const std::string& feature, const ModelRead& read) {
  ReadRows(feature, read);  // for its errors
  const std::string version = FeatureVersion(Spec(feature));
  return std::erase_if(tables_[feature].rows, [&](const ModelRow& row) {
    return (read.with_feature_history || row.cells.at(kFv) == version) &&
           MatchesAll(read.filters, row.cells);
  });
}

// Which rows of a sample, newest first, go; raises `horizon` to when they were superseded.
static std::vector<bool> PurgedRows(const std::vector<const ModelRow*>& sample,
                                    const ModelPurge& options, int64_t now, int64_t* horizon) {
  const auto old = [&](int64_t time) {
    return !options.older_than || time <= now - *options.older_than;
  };
  const bool all =
      options.deleted && !Cell(sample[0]->cells, kDeleted).is_null() && old(sample[0]->commit);
  std::vector<bool> gone(sample.size(), all);
  int64_t superseded = std::numeric_limits<int64_t>::max();
  for (size_t i = 0; i < sample.size(); ++i) {
    if (i > 0) superseded = std::min(superseded, sample[i - 1]->commit);
    if (i > 0 && (options.keep || options.older_than) && i >= options.keep.value_or(1) &&
        old(superseded)) {
      gone[i] = true;
    }
    if (gone[i]) *horizon = std::max(*horizon, i == 0 ? sample[0]->commit : superseded);
  }
  return gone;
}

Counts Model::Purge(const ModelPurge& options, int64_t time) {
  Counts counts;
  for (const auto& feature : options.features) {
    if (!tables_.contains(feature)) throw NotFound("never written");
    for (const auto& version : options.versions) {
      if (!tables_[feature].versions.contains(version)) throw NotFound("no such version");
    }
  }
  std::set<std::string> done;
  for (const auto& feature : options.features) {
    if (!done.insert(feature).second) continue;
    const FeatureSpec& spec = Spec(feature);
    ModelTable& table = tables_[feature];
    std::set<const ModelRow*> gone;
    std::map<std::string, std::map<std::vector<json>, std::vector<const ModelRow*>>> samples;
    for (const auto& row : table.rows) {
      const std::string version = row.cells.at(kFv).get<std::string>();
      samples[version][*KeyOf(row.cells, spec.id_columns)].push_back(&row);
    }
    for (auto& [version, rows] : samples) {
      int64_t newest = std::numeric_limits<int64_t>::min();
      for (auto& [key, sample] : rows) {
        std::reverse(sample.begin(), sample.end());
        std::stable_sort(sample.begin(), sample.end(),
                         [](const auto* a, const auto* b) { return a->time > b->time; });
        for (const auto* row : sample) newest = std::max(newest, row->commit);
      }
      const bool chosen = Has(options.versions, version) ||
                          (options.old_versions && version != FeatureVersion(spec));
      const bool whole = chosen && (!options.older_than || newest <= time - *options.older_than);
      int64_t horizon = whole ? time : std::numeric_limits<int64_t>::min();
      for (const auto& [key, sample] : rows) {
        const auto purged = PurgedRows(sample, options, time, &horizon);
        for (size_t i = 0; i < sample.size(); ++i) {
          if (whole || purged[i]) gone.insert(sample[i]);
        }
      }
      if (horizon != std::numeric_limits<int64_t>::min()) {
        int64_t& stored = table.horizons.try_emplace(version, horizon).first->second;
        stored = std::max(stored, horizon);
      }
    }
    std::vector<ModelRow> left;
    for (const auto& row : table.rows) {
      if (!gone.contains(&row)) left.push_back(row);
    }
    table.rows = std::move(left);
    counts.emplace_back(feature, gone.size());
  }
  return counts;
}

Counts Model::Delete(const std::string& feature, const ModelDelete& options, int64_t time) {
  ModelRead read;
  read.filters = options.filters;
  read.with_feature_history = options.history;
  read.allow_fallback = false;
  const auto order = CascadeOrder(feature, options.cascade);
  auto counts_nothing = [&](const std::string& key) {
    return options.cascade != Cascade::kNone && !tables_.contains(key);
  };
  for (const auto& key : order) {
    if (!counts_nothing(key)) ReadRows(key, read);  // all errors come first
  }
  Counts counts;
  for (const auto& key : order) {
    size_t rows = 0;
    if (!counts_nothing(key)) {
      rows = options.soft ? SoftDelete(key, read, time) : HardDelete(key, read);
    }
    counts.emplace_back(key, rows);
  }
  return counts;
}

size_t Model::Drop(const std::string& feature) {
  if (!tables_.contains(feature)) throw NotFound("never written");
  const size_t rows = tables_[feature].rows.size();
  tables_.erase(feature);
  return rows;
}

// ---- push and rebase

bool Model::Push() {
  if (head_ == graph_.project_version) return false;
  head_ = graph_.project_version;
  const bool known = std::any_of(snapshots_.begin(), snapshots_.end(), [&](const auto& snapshot) {
    return snapshot.project_version == head_;
  });
  if (!known) snapshots_.insert(snapshots_.begin(), graph_);
  return true;
}

ModelGraph Model::RebaseTarget(const std::string& feature,
                               const std::optional<std::string>& to) const {
  if (!to || *to == FeatureVersion(Spec(feature))) return graph_;
  for (const auto& snapshot : snapshots_) {
    Model other(hasher_);
    other.Use(snapshot);
    if (other.FeatureVersion(other.Spec(feature)) == *to) return snapshot;
  }
  throw NotFound("no snapshot has that version");
}

Cells Model::Rebased(const FeatureSpec& spec, const Cells& old, const Cells& expected) const {
  Cells out = old;
  out[kProvenanceMap] = expected.at(kProvenanceMap);
  out[kProv] = expected.at(kProv);
  auto entry = [](const Cells& row, const std::string& map, const std::string& name) {
    const json& by_field = Cell(row, map);
    return by_field.is_null() ? json() : by_field.value(name, json());
  };
  json data_versions = json::object();
  for (const auto& field : spec.fields) {
    const std::string name = StructKey(field.key);
    const bool overridden = Cell(old, kDataVersionMap).is_object() &&
                            Cell(old, kDataVersionMap).contains(name) &&
                            entry(old, kDataVersionMap, name) != entry(old, kProvenanceMap, name);
    data_versions[name] =
        overridden ? entry(old, kDataVersionMap, name) : entry(expected, kProvenanceMap, name);
  }
  out[kDataVersionMap] = data_versions;
  if (Cell(old, kDv) == Cell(old, kProv)) out[kDv] = expected.at(kProv);
  return out;
}

size_t Model::Rebase(const std::string& feature, const ModelRebase& options,
                     const std::optional<std::string>& materialization_id, int64_t time,
                     bool* ambiguous) {
  Model target = *this;
  Errors errors;
  errors.Try([&] { target.Use(RebaseTarget(feature, options.to)); });
  const FeatureSpec& spec = target.Spec(feature);
  errors.Try([&] {
    if (spec.deps.empty()) throw Invalid("a root");
  });
  errors.Throw();

  const auto joins = target.JoinColumns(spec);
  std::vector<ExpectedRow> expected;
  std::vector<const ModelRow*> rows;
  errors.Try([&] { expected = target.Expected(spec, {}); });
  errors.Try([&] {
    ModelRead read;
    read.with_feature_history = true;
    read.allow_fallback = false;
    rows = ReadRows(feature, read);
    const ModelTable& table = tables_.at(feature);
    if (!table.versions.contains(options.from)) throw NotFound("no rows of that version");
    for (const auto& column : joins) {
      if (!table.columns.contains(column)) {
        throw ModelError(StatusCode::kSchemaMismatch, "no join column");
      }
    }
  });
  errors.Throw();

  std::vector<ModelRow> added;
  for (const ModelRow* row : rows) {
    const auto key = KeyOf(row->cells, joins);
    if (!key || row->cells.at(kFv) != options.from) continue;
    const Cells* found = nullptr;
    for (const auto& candidate : expected) {
      if (KeyOf(candidate.join, joins) != key) continue;
      if (found == nullptr) found = &candidate.cells;
      *ambiguous = *ambiguous || found->at(kProvenanceMap) != candidate.cells.at(kProvenanceMap);
    }
    if (found == nullptr) continue;
    Cells cells = Rebased(spec, row->cells, *found);
    cells[kFv] = target.FeatureVersion(spec);
    cells[kPv] = target.graph_.project_version;
    cells[kUpdated] = Timestamp(time);
    const auto& id = materialization_id ? materialization_id : materialization_id_;
    cells[kRunColumn] = id ? json(*id) : json();
    added.push_back({cells, time, time});
  }
  ModelTable& table = tables_.at(feature);
  if (!added.empty()) table.versions.insert(target.FeatureVersion(spec));
  table.rows.insert(table.rows.end(), added.begin(), added.end());
  return added.size();
}

// ---- copy

Counts Model::CopyFrom(const Model& from, const ModelCopy& options, int64_t time) {
  Counts counts;
  std::map<std::string, ModelTable> copied = tables_;
  for (const auto& feature : options.features) {
    if (!from.tables_.contains(feature)) continue;
    ModelRead read;
    if (options.filters.contains(feature)) read.filters = options.filters.at(feature);
    read.filters.insert(read.filters.end(), options.global_filters.begin(),
                        options.global_filters.end());
    read.with_feature_history = options.with_feature_history;
    read.with_sample_history = read.include_soft_deleted = options.with_sample_history;
    read.allow_fallback = false;
    const auto rows = from.ReadRows(feature, read);
    if (rows.empty()) continue;
    counts.emplace_back(feature, rows.size());
    const ModelTable& source = from.tables_.at(feature);
    ModelTable& table = copied[feature];
    table.columns.insert(source.columns.begin(), source.columns.end());
    for (const ModelRow* row : rows) {
      table.versions.insert(row->cells.at(kFv).get<std::string>());
      table.rows.push_back({row->cells, row->time, time});
    }
  }
  tables_ = std::move(copied);
  return counts;
}

}  // namespace diotima::model
