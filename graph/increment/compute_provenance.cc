#include <diotima/compute_provenance.h>
#include <diotima/status_macros.h>

#include "codec/base/batch_builder.h"
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
    out->append(hash.unchecked_text());
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
    return Status::SchemaMismatch(BatchBuilder::DescribeRow(rows, row) + ": column '" + column +
                                  "' " + what);
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
  BatchBuilder builder(rows);
  Arena* const arena = builder.arena();
  Value* items = arena->AllocateValues(2 * fields.size());
  for (size_t i = 0; i < fields.size(); ++i) {
    items[2 * i] = Value::String(arena->Copy(fields[i]));
    items[2 * i + 1] = arena->Copy(hashes.by_field[i].ToValue());
  }
  const Value by_field = Value::Map(items, fields.size());
  const Value whole = arena->Copy(hashes.row.ToValue());
  // The data version is that of the provenance: by field, then whole.
  for (size_t i = 0; i < columns.size(); ++i) {
    builder.SetCell(row, columns[i], i % 2 == 0 ? by_field : whole);
  }
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
  for (const SystemColumn column : kHashColumns) {
    outputs.push_back(rows->AddColumn(GetSystemColumn(column).name));
  }
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
