#include "tests/model/model.h"

#include <algorithm>

namespace diotima::model {
namespace {

const std::string kProvenanceMap(kProvenanceByField), kProv(kProvenance),
    kDataVersionMap(kDataVersionByField), kDv(kDataVersion), kFv(kFeatureVersion),
    kPv(kProjectVersion), kCreated(kCreatedAt), kUpdated(kUpdatedAt), kDeleted(kDeletedAt),
    kRunColumn(kMaterializationId);

ModelError Invalid(const std::string& why) { return {StatusCode::kInvalidArgument, why}; }
ModelError Mismatch(const std::string& why) { return {StatusCode::kSchemaMismatch, why}; }

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

json HashText(const json& hash) {
  return hash.is_number() ? json(hash.dump()) : hash;  // numbers become text
}

}  // namespace

// ---- definitions

const FeatureSpec& Model::Spec(const std::string& feature) const {
  for (const auto& spec : graph_.specs) {
    if (spec.key == feature) return spec;
  }
  throw ModelError(StatusCode::kNotFound, "no such feature");
}

// Section 1: which upstream fields a field depends on, as (feature, field), by ascending FQ.
std::vector<std::pair<std::string, std::string>> Model::Parents(const FeatureSpec& spec,
                                                                const FieldSpec& field) const {
  std::set<std::pair<std::string, std::string>> parents;
  auto add_all = [&](const std::string& feature) {
    for (const auto& f : Spec(feature).fields) parents.emplace(feature, f.key);
  };
  if (field.all_deps) {
    for (const auto& dep : spec.deps) add_all(dep.feature);
  } else if (!field.deps.empty()) {
    for (const auto& dep : field.deps) {
      if (dep.all_fields) add_all(dep.feature);
      for (const auto& f : dep.fields) parents.emplace(dep.feature, f);
    }
  } else {
    for (const auto& dep : spec.deps) {
      const FieldsMapping& mapping = dep.fields_mapping;
      if (mapping.kind == FieldsMappingKind::kAll) add_all(dep.feature);
      if (mapping.kind == FieldsMappingKind::kSpecific) {
        const auto it = mapping.mapping.find(field.key);
        if (it == mapping.mapping.end()) continue;
        for (const auto& f : Spec(dep.feature).fields) {
          if (Has(it->second, f.key)) parents.emplace(dep.feature, f.key);
        }
      }
      if (mapping.kind == FieldsMappingKind::kDefault) {
        std::vector<std::string> same, all;
        for (const auto& f : Spec(dep.feature).fields) {
          if (Has(mapping.exclude_fields, f.key)) continue;
          all.push_back(f.key);
          if (f.key == field.key || (mapping.match_suffix && f.key.ends_with("/" + field.key))) {
            same.push_back(f.key);
          }
        }
        for (const auto& f : same.empty() ? all : same) parents.emplace(dep.feature, f);
      }
    }
  }
  std::vector<std::pair<std::string, std::string>> out(parents.begin(), parents.end());
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return a.first + "." + a.second < b.first + "." + b.second;
  });
  return out;
}

std::string Model::FieldVersion(const FeatureSpec& spec, const FieldSpec& field) const {
  std::string text = spec.key + "." + field.key + field.code_version;
  for (const auto& [feature, key] : Parents(spec, field)) {
    for (const auto& parent : Spec(feature).fields) {
      if (parent.key == key) text += FieldVersion(Spec(feature), parent);
    }
  }
  return Truncate(Sha256Hex(text), hasher_.truncation_length);
}

std::string Model::FeatureVersion(const FeatureSpec& spec) const {
  std::map<std::string, std::string> fields;
  for (const auto& field : spec.fields) fields[field.key] = FieldVersion(spec, field);
  std::string text;
  for (const auto& [key, version] : fields) text += key + version;
  return Truncate(Sha256Hex(text), hasher_.truncation_length);
}

std::vector<std::string> Model::JoinColumns(const FeatureSpec& spec) const {
  std::set<std::string> shared;
  for (size_t i = 0; i < spec.deps.size(); ++i) {
    const FeatureDep& dep = spec.deps[i];
    std::vector<std::string> input;
    if (dep.lineage.kind == LineageKind::kIdentity) {
      for (const auto& id : Spec(dep.feature).id_columns) input.push_back(NewName(dep, id));
    } else {
      input = dep.lineage.on.value_or(spec.id_columns);
    }
    std::set<std::string> both;
    for (const auto& column : input) {
      if (i == 0 || shared.contains(column)) both.insert(column);
    }
    shared = both;
  }
  if (shared.empty()) shared.insert(spec.id_columns.begin(), spec.id_columns.end());
  return {shared.begin(), shared.end()};
}

// ---- hashes (section 4)

json Model::RowHash(const FeatureSpec& spec, const json& by_field) const {
  if (by_field.is_null()) return nullptr;
  std::set<std::string> keys;
  for (const auto& field : spec.fields) keys.insert(StructKey(field.key));
  std::string joined;
  for (const auto& key : keys) {
    const json hash = by_field.value(key, json());
    if (hash.is_null()) return nullptr;
    joined += (key == *keys.begin() ? "" : "|") + hash.get<std::string>();
  }
  return hasher_.Hash(joined);
}

// ---- write (section 5)

Cells Model::Complete(const FeatureSpec& spec, const Cells& row, bool sample) const {
  for (const auto& id : spec.id_columns) {
    if (Cell(row, id).is_null()) throw Mismatch("an id is null");
  }
  if (!row.contains(kProvenanceMap)) throw Mismatch("no provenance");
  Cells out = row;
  for (const auto& column : {kProvenanceMap, kDataVersionMap}) {
    if (!row.contains(column) || row.at(column).is_null()) continue;
    for (auto& [field, hash] : out[column].items()) hash = HashText(hash);
  }
  if (!out[kProvenanceMap].is_null()) {
    for (const auto& field : spec.fields) {
      if (!out[kProvenanceMap].contains(StructKey(field.key)))
        throw Mismatch("a field has no provenance");
    }
  }
  if (!row.contains(kProv) || sample) out[kProv] = RowHash(spec, out[kProvenanceMap]);
  out[kProv] = HashText(out[kProv]);
  if (!row.contains(kDataVersionMap)) {
    out[kDataVersionMap] = out[kProvenanceMap];
    out[kDv] = out[kProv];
    return out;
  }
  if (out[kDataVersionMap].is_null()) out[kDataVersionMap] = out[kProvenanceMap];
  if (!row.contains(kDv)) {
    out[kDv] = RowHash(spec, out[kDataVersionMap]);
  } else {
    out[kDv] = row.at(kDv).is_null() ? out[kProv] : HashText(row.at(kDv));
  }
  return out;
}

void Model::Write(const std::string& feature, const std::vector<Cells>& rows,
                  const ModelWrite& options, int64_t time) {
  const FeatureSpec& spec = Spec(feature);
  std::vector<ModelRow> added;
  for (const auto& row : rows) {
    Cells out = Complete(spec, row, /*sample=*/false);
    const bool keep = options.preserve_feature_version && Cell(row, kFv).is_string() &&
                      Cell(row, kPv).is_string();
    if (!keep) {
      out[kFv] = FeatureVersion(spec);
      out[kPv] = graph_.project_version;
    }
    if (out[kCreated].is_null()) out[kCreated] = Timestamp(time);
    out[kUpdated] = Timestamp(time);
    const auto& id = options.materialization_id ? options.materialization_id : materialization_id_;
    out[kRunColumn] = id ? json(*id) : json();
    const bool deleted = !out[kDeleted].is_null();
    const int64_t event = deleted ? out[kDeleted]["$timestamp"].get<int64_t>() : time;
    if (event > time) {
      ModelError error = Invalid("deleted in the future");
      error.codes.insert(StatusCode::kSchemaMismatch);  // of a row after it
      throw error;
    }
    added.push_back({out, event, time});
  }
  ModelTable& table = tables_[feature];
  table.versions.insert(FeatureVersion(spec));
  table.columns.insert(spec.id_columns.begin(), spec.id_columns.end());
  for (const auto& row : added) table.versions.insert(row.cells.at(kFv));
  for (const auto& row : rows) {
    for (const auto& [column, cell] : row) {
      if (!FindSystemColumn(column)) table.columns.insert(column);
    }
  }
  table.rows.insert(table.rows.end(), added.begin(), added.end());
}

// ---- read (section 6)

const ModelTable* Model::Find(const std::string& feature, bool allow_fallback) const {
  const auto it = tables_.find(feature);
  if (it != tables_.end()) return &it->second;
  if (!allow_fallback || fallback_ == nullptr) return nullptr;
  return fallback_->Find(feature, allow_fallback);
}

std::vector<const ModelRow*> Model::ReadRows(const std::string& feature,
                                             const ModelRead& options) const {
  const ModelTable* found = Find(feature, options.allow_fallback);
  if (found == nullptr) throw ModelError(StatusCode::kNotFound, "never written");
  const ModelTable& table = *found;
  const FeatureSpec& spec = Spec(feature);
  auto known = [&](const std::string& column) {
    return table.columns.contains(column) || FindSystemColumn(column);
  };
  if (options.feature_version && !table.versions.contains(*options.feature_version)) {
    ModelError error(StatusCode::kNotFound, "no such version");
    error.codes.insert(StatusCode::kInvalidArgument);  // of a filter
    throw error;
  }
  for (const auto& filter : options.filters) {
    for (const auto& column : filter.columns) {
      if (!known(column)) throw Invalid("a filter names an unknown column");
    }
  }
  for (const auto& column : options.columns) {
    if (!known(column)) throw Invalid("an unknown column");
  }

  for (const auto& [version, horizon] : table.horizons) {
    const bool read = options.feature_version
                          ? version == *options.feature_version
                          : options.with_feature_history || version == FeatureVersion(spec);
    if (read && options.as_of && *options.as_of < horizon) throw Invalid("purged since");
  }
  std::vector<const ModelRow*> rows;
  for (const auto& row : table.rows) {
    const bool every_version = options.with_feature_history && !options.feature_version;
    const std::string version = options.feature_version.value_or(FeatureVersion(spec));
    if (!every_version && row.cells.at(kFv) != version) continue;
    if (options.as_of && row.commit > *options.as_of) continue;
    rows.push_back(&row);
  }
  if (!options.with_sample_history) {
    std::map<std::vector<json>, const ModelRow*> latest;
    for (const auto* row : rows) {
      const ModelRow*& last = latest[*KeyOf(row->cells, spec.id_columns)];
      if (last == nullptr || row->time >= last->time) last = row;
    }
    rows.clear();
    for (const auto& [key, row] : latest) rows.push_back(row);
  }
  std::erase_if(rows, [&](const ModelRow* row) {
    const bool deleted = !Cell(row->cells, kDeleted).is_null();
    if (options.only_soft_deleted) return !deleted;
    return deleted && !options.include_soft_deleted;
  });
  std::erase_if(rows, [&](const auto* row) { return !MatchesAll(options.filters, row->cells); });
  return rows;
}

std::vector<Cells> Model::Read(const std::string& feature, const ModelRead& options) const {
  std::vector<Cells> out;
  for (const auto* row : ReadRows(feature, options)) {
    Cells cells = WithoutNulls(row->cells);
    if (!options.columns.empty()) {
      std::erase_if(cells, [&](const auto& cell) { return !Has(options.columns, cell.first); });
    }
    out.push_back(std::move(cells));
  }
  return out;
}

const std::string& NewName(const FeatureDep& dep, const std::string& column) {
  if (dep.rename) {
    for (const auto& [from, to] : *dep.rename) {
      if (from == column) return to;
    }
  }
  return column;
}

std::optional<std::vector<json>> KeyOf(const Cells& row, const std::vector<std::string>& columns) {
  std::vector<json> key;
  for (const auto& column : columns) {
    if (Cell(row, column).is_null()) return std::nullopt;
    key.push_back(row.at(column));
  }
  return key;
}

}  // namespace diotima::model
