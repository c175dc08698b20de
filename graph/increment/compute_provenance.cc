#include <diotima/compute_provenance.h>
#include <diotima/status_macros.h>

#include "graph/increment/provenance.h"

namespace diotima {
namespace {

// The data versions of one upstream feature in a caller's row.
class GivenRow : public HashedRow {
 public:
  void Set(const Value& data_versions) { data_versions_ = data_versions; }

  const Schema& schema() const override { return schema_; }
  Value Get(size_t) const override { return Value::Null(); }
  bool AppendDataVersion(std::string_view field, std::string* out) const override {
    const Value hash = data_versions_.Find(field);
    if (hash.null()) return false;
    out->append(hash.text());
    return true;
  }
  bool AppendProvenance(std::string*) const override { return false; }
  std::unique_ptr<HashedRow> Clone() const override { return std::make_unique<GivenRow>(*this); }

 private:
  Schema schema_;
  Value data_versions_;
};

Status CheckMap(const RowBatch& rows, size_t row, const std::string& column, const Value& map) {
  auto wrong = [&](const std::string& what) {
    return Status::SchemaMismatch(rows.Describe(row) + ": column '" + column + "' " + what);
  };
  if (map.kind() != Kind::kMap && map.kind() != Kind::kStruct) {
    return wrong("is a map from field to hash, the value is " + TypeOf(map).ToString());
  }
  for (size_t i = 0; i < map.size(); ++i) {
    const Value& hash = map.entry_value(i);
    if (map.entry_key(i).kind() != Kind::kString ||
        (!hash.null() && hash.kind() != Kind::kString)) {
      return wrong("has an entry that is not from text to text");
    }
  }
  return Status::Ok();
}

void SetHashes(const ProvenanceHasher& hasher, const ExpectedHashes& hashes,
               const std::vector<size_t>& columns, size_t row, RowBatch* rows) {
  const auto& fields = hasher.fields();
  auto text = [&](const OptionalText& hash) {
    return hash.null ? Value::Null() : Value::String(rows->arena()->Copy(hash.text));
  };
  Value* items = rows->arena()->AllocateValues(2 * fields.size());
  for (size_t i = 0; i < fields.size(); ++i) {
    items[2 * i] = Value::String(rows->arena()->Copy(fields[i]));
    items[2 * i + 1] = text(hashes.by_field[i]);
  }
  const Value by_field = Value::Map(items, fields.size());
  const Value whole = text(hashes.row);
  rows->SetCell(row, columns[0], by_field);
  rows->SetCell(row, columns[1], whole);
  rows->SetCell(row, columns[2], by_field);
  rows->SetCell(row, columns[3], whole);
}

}  // namespace

std::string UpstreamDataVersionColumn(std::string_view upstream_feature) {
  return std::string(kDataVersionByField) + "__" + std::string(upstream_feature);
}

Status ComputeProvenance(const Graph& graph, std::string_view feature, const Hasher& hasher,
                         RowBatch* rows) {
  DIOTIMA_ASSIGN(const FeatureSpec* spec, graph.Get(feature));
  if (spec->deps.empty()) {
    return Status::InvalidArgument("feature '" + spec->key +
                                   "' is a root: its provenance is the caller's to give");
  }
  std::vector<std::string> names;
  std::vector<size_t> inputs;
  for (const auto& dep : spec->deps) {
    names.push_back(UpstreamDataVersionColumn(dep.feature));
    const auto column = rows->FindColumn(names.back());
    if (!column) return Status::SchemaMismatch("the rows lack the column '" + names.back() + "'");
    inputs.push_back(*column);
  }
  std::vector<size_t> outputs;
  for (size_t i = 0; i < 4; ++i) outputs.push_back(rows->AddColumn(SystemColumns()[i].name));
  ProvenanceHasher provenance(graph, *spec, hasher);
  std::vector<GivenRow> given(inputs.size());
  std::vector<const HashedRow*> combination(inputs.size());
  ExpectedHashes hashes;
  for (size_t row = 0; row < rows->rows(); ++row) {
    for (size_t i = 0; i < inputs.size(); ++i) {
      const Value map = rows->Get(row, inputs[i]);
      if (!map.null()) DIOTIMA_TRY(CheckMap(*rows, row, names[i], map));
      given[i].Set(map);
      combination[i] = map.null() ? nullptr : &given[i];
    }
    provenance.Compute(combination, &hashes);
    SetHashes(provenance, hashes, outputs, row, rows);
  }
  return Status::Ok();
}

}  // namespace diotima
