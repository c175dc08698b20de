#include "graph/increment/provenance.h"

#include <algorithm>

namespace diotima {

ProvenanceHasher::ProvenanceHasher(const Graph& graph, const FeatureSpec& spec,
                                   const Hasher& hasher)
    : hasher_(hasher) {
  const FeatureVersions& versions = graph.Versions(spec.key, hasher.truncation_length);
  std::vector<std::pair<std::string, size_t>> order;
  for (size_t i = 0; i < spec.fields.size(); ++i) {
    order.emplace_back(StructKey(spec.fields[i].key), i);
  }
  std::sort(order.begin(), order.end());
  for (const auto& [struct_key, i] : order) {
    fields_.push_back(struct_key);
    Field plan{spec.fields[i].key + "|" + spec.fields[i].code_version, {}};
    for (const FieldRef& parent : versions.fields[i].parents) {
      const auto dep = std::find_if(spec.deps.begin(), spec.deps.end(),
                                    [&](const auto& d) { return d.feature == parent.feature; });
      plan.parents.push_back({"|" + parent.FullName() + "|", StructKey(parent.field),
                              static_cast<size_t>(dep - spec.deps.begin()), dep->optional});
    }
    plans_.push_back(std::move(plan));
  }
}

bool ProvenanceHasher::ComputeField(const Field& field, const std::vector<const HashedRow*>& rows) {
  text_ = field.lead;
  for (const Parent& parent : field.parents) {
    text_ += parent.lead;
    const HashedRow* row = rows[parent.dep];
    const bool known = row != nullptr && row->AppendDataVersion(parent.field, &text_);
    if (!known && !parent.optional) return false;
  }
  return true;
}

void ProvenanceHasher::Compute(const std::vector<const HashedRow*>& rows, ExpectedHashes* out) {
  out->by_field.resize(plans_.size());
  out->row.null = false;
  for (size_t i = 0; i < plans_.size(); ++i) {
    OptionalText& hash = out->by_field[i];
    hash.text.clear();
    hash.null = !ComputeField(plans_[i], rows);
    if (hash.null) {
      out->row.null = true;
    } else {
      hasher_.Append(text_, &hash.text);
    }
  }
  out->row.text.clear();
  if (out->row.null) return;
  text_.clear();
  for (size_t i = 0; i < out->by_field.size(); ++i) {
    if (i > 0) text_.push_back('|');
    text_ += out->by_field[i].text;
  }
  hasher_.Append(text_, &out->row.text);
}

}  // namespace diotima
