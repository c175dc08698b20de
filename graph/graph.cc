#include <diotima/graph.h>
#include <diotima/status_macros.h>
#include <diotima/text.h>

#include <algorithm>

#include "graph/graph_data.h"
#include "graph/spec/check.h"
#include "graph/spec/document.h"
#include "graph/spec/faults.h"
#include "graph/spec/json.h"
#include "graph/spec/names.h"

namespace diotima {

uint32_t Graph::Data::At(std::string_view key) const {
  const auto found = definitions.by_key.find(key);
  assert(found != definitions.by_key.end());
  return found->second;
}

const GraphVersions& Graph::Data::Versions(uint32_t truncation_length) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto& versions = versions_[truncation_length];
  if (versions == nullptr) {
    versions = std::make_unique<GraphVersions>(ComputeVersions(definitions, truncation_length));
  }
  return *versions;
}

Graph::Graph() {
  static const auto& empty = *new std::shared_ptr<const Data>(std::make_shared<Data>());
  data_ = empty;
}

Graph::Graph(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

Result<Graph> Graph::FromSpecs(std::vector<FeatureSpec> specs) {
  Faults faults;
  for (const FeatureSpec& spec : specs) faults.Check(CheckSpec(spec));
  DIOTIMA_TRY(faults.status());
  return Link(std::move(specs));
}

Result<Graph> Graph::Link(std::vector<FeatureSpec> specs) {
  auto data = std::make_shared<Data>();
  Definitions* definitions = &data->definitions;
  definitions->specs = std::move(specs);
  DIOTIMA_TRY(LinkUpstream(definitions));
  DIOTIMA_TRY(SortByDeps(definitions));
  DIOTIMA_TRY(CheckDeps(definitions));
  DIOTIMA_TRY(FindParents(definitions));
  return Graph(std::move(data));
}

const std::vector<FeatureSpec>& Graph::features() const { return data_->definitions.specs; }

const std::vector<std::string>& Graph::warnings() const { return data_->definitions.warnings; }

const FeatureSpec* Graph::Find(std::string_view key) const {
  const auto found = data_->definitions.by_key.find(key);
  return found == data_->definitions.by_key.end() ? nullptr : &features()[found->second];
}

Result<const FeatureSpec*> Graph::Get(std::string_view key) const {
  if (const FeatureSpec* spec = Find(key); spec != nullptr) return spec;
  std::vector<std::string> known;
  for (const FeatureSpec& spec : features()) known.push_back(spec.key);
  const std::string hint = known.empty() ? "; the graph has no features" : Hint(key, known);
  return Status::NotFound("there is no feature " + Quoted(key) + " in the graph" + hint);
}

const FeatureVersions& Graph::Versions(std::string_view key, uint32_t truncation_length) const {
  return data_->Versions(truncation_length).features[data_->At(key)];
}

std::string Graph::ProjectVersion(uint32_t truncation_length) const {
  return data_->Versions(truncation_length).project_version;
}

std::vector<std::string> Graph::Upstream(std::string_view key) const {
  std::vector<std::string> keys;
  for (const FeatureDep& dep : features()[data_->At(key)].deps) keys.push_back(dep.feature);
  return keys;
}

std::vector<std::string> Graph::AllUpstream(std::string_view key) const {
  const Definitions& definitions = data_->definitions;
  std::vector<bool> reached(features().size());
  reached[data_->At(key)] = true;
  std::vector<std::string> keys;
  // Against the order, a feature comes after everything that depends on it.
  for (auto it = definitions.order.rbegin(); it != definitions.order.rend(); ++it) {
    if (!reached[*it]) continue;
    for (uint32_t upstream : definitions.upstream[*it]) reached[upstream] = true;
    if (features()[*it].key != key) keys.push_back(features()[*it].key);
  }
  std::reverse(keys.begin(), keys.end());
  return keys;
}

std::vector<std::string> Graph::Downstream(std::string_view key) const {
  const Definitions& definitions = data_->definitions;
  std::vector<bool> reached(features().size());
  reached[data_->At(key)] = true;
  std::vector<std::string> keys;
  for (uint32_t feature : definitions.order) {
    const std::vector<uint32_t>& upstream = definitions.upstream[feature];
    const auto is_reached = [&](uint32_t i) { return reached[i]; };
    if (!std::any_of(upstream.begin(), upstream.end(), is_reached)) continue;
    reached[feature] = true;
    keys.push_back(features()[feature].key);
  }
  return keys;
}

bool Graph::IsRoot(std::string_view key) const {
  return data_->definitions.upstream[data_->At(key)].empty();
}

std::vector<std::string> Graph::InputIdColumns(std::string_view key) const {
  return data_->definitions.input_columns[data_->At(key)];
}

std::vector<std::string> Graph::JoinColumns(std::string_view key) const {
  std::vector<std::string> columns = InputIdColumns(key);
  if (!columns.empty()) return columns;
  columns = features()[data_->At(key)].id_columns;
  std::sort(columns.begin(), columns.end());
  return columns;
}

std::vector<std::string> Graph::TopologicalOrder(bool descending) const {
  std::vector<std::string> keys;
  for (uint32_t feature : data_->definitions.order) keys.push_back(features()[feature].key);
  if (descending) std::reverse(keys.begin(), keys.end());
  return keys;
}

namespace {

Node ColumnsDocument(const FeatureSpec& spec) {
  Node columns = Node::Object();
  for (const auto& [name, type] : spec.columns) columns.Add(name, Node::String(type.ToString()));
  return columns;
}

Node RetentionDocument(const Retention& retention) {
  Node node = Node::Object();
  if (retention.keep) {
    node.Add("keep", Node::Text(Node::Kind::kInteger, std::to_string(*retention.keep)));
  }
  if (retention.older_than) {
    node.Add("older_than", Node::String(DurationText(*retention.older_than)));
  }
  return node;
}

}  // namespace

std::string Graph::ToJson() const {
  Node list = Node::List();
  for (const FeatureSpec& spec : features()) {
    Node& node = list.items.emplace_back(SpecDocument(spec));
    if (!spec.columns.empty()) node.Add("columns", ColumnsDocument(spec));
    if (spec.retention) node.Add("retention", RetentionDocument(*spec.retention));
    if (spec.strict) node.Add("strict", Node::Bool(true));
  }
  Node root = Node::Object();
  root.Add("features", std::move(list));
  return diotima::ToJson(root, JsonForm::kOneLine);
}

}  // namespace diotima
