#include "graph/spec/parser.h"

#include <diotima/status_macros.h>
#include <diotima/text.h>

#include <charconv>

#include "graph/spec/check.h"
#include "graph/spec/faults.h"
#include "graph/spec/names.h"
#include "graph/spec/node_reader.h"

namespace diotima {
namespace {

constexpr std::string_view kMetaxyAll = "__METAXY_ALL_DEP__";

bool IsNull(const Node* node) { return node == nullptr || node->kind == Node::Kind::kNull; }
bool IsText(const Node& node, std::string_view text) {
  return node.kind == Node::Kind::kString && node.text == text;
}
bool IsAll(const Node& node) { return IsText(node, "all") || IsText(node, kMetaxyAll); }

// What the messages about a definition call it: its key, or else its place in the list.
std::string Subject(const Node& node, size_t index) {
  const Node* key = node.Find("key");
  if (key != nullptr && key->kind == Node::Kind::kString) return "feature " + Quoted(key->text);
  if (key != nullptr && key->kind == Node::Kind::kInteger) return "feature " + key->text;
  if (key != nullptr && key->kind == Node::Kind::kList) {
    std::string joined;
    for (const Node& part : key->items) {
      joined += (joined.empty() ? "" : "/") + part.text;
    }
    return "feature " + Quoted(joined);
  }
  return "features[" + std::to_string(index) + "]";
}

// Parses the definition of one feature.
class SpecParser {
 public:
  SpecParser(const std::string& source, std::string subject)
      : reader_(source, std::move(subject)) {}

  Status Feature(const Node& node, FeatureSpec* spec) const;

 private:
  Status Field(const Node& node, const std::string& path, FieldSpec* field) const;
  Status FieldDeps(const Node& node, const std::string& path, FieldSpec* field) const;
  Status Dep(const Node& node, const std::string& path, FeatureDep* dep) const;
  Status Columns(const Node& node, FeatureSpec* spec) const;
  Status ParseRetention(const Node& node, Retention* retention) const;
  Status Metadata(const Node& node) const;
  Status Rename(const Node& node, const std::string& path, FeatureDep* dep) const;
  Status Filters(const Node& node, const std::string& path, FeatureDep* dep) const;
  Status ParseLineage(const Node& node, const std::string& path, Lineage* lineage) const;
  Status Mapping(const Node& node, const std::string& path, FieldsMapping* mapping) const;
  Status SpecificMapping(const Node& node, const std::string& path, FieldsMapping* mapping) const;
  Status Type(const Node& node, const std::string& path, const std::vector<std::string>& known,
              std::string* type) const;

  NodeReader reader_;
};

Status SpecParser::Feature(const Node& node, FeatureSpec* spec) const {
  DIOTIMA_TRY(reader_.CheckMembers(
      node, "", {"key", "id_columns"},
      {"fields", "deps", "metadata", "description", "columns", "retention", "strict"}));
  DIOTIMA_TRY(reader_.Key(*node.Find("key"), "key", &spec->key));
  DIOTIMA_TRY(reader_.Texts(*node.Find("id_columns"), "id_columns", &spec->id_columns));
  if (const Node* fields = node.Find("fields"); fields == nullptr) {
    spec->fields.emplace_back();
  } else {
    DIOTIMA_TRY(reader_.ExpectList(*fields, "fields"));
    for (const Node& field : fields->items) {
      const std::string path = "fields[" + std::to_string(spec->fields.size()) + "]";
      DIOTIMA_TRY(Field(field, path, &spec->fields.emplace_back()));
    }
  }
  if (const Node* deps = node.Find("deps"); deps != nullptr) {
    DIOTIMA_TRY(reader_.ExpectList(*deps, "deps"));
    for (const Node& dep : deps->items) {
      const std::string path = "deps[" + std::to_string(spec->deps.size()) + "]";
      DIOTIMA_TRY(Dep(dep, path, &spec->deps.emplace_back()));
    }
  }
  if (const Node* metadata = node.Find("metadata"); metadata != nullptr) {
    DIOTIMA_TRY(reader_.ExpectObject(*metadata, "metadata"));
    DIOTIMA_TRY(Metadata(*metadata));
    spec->metadata = ToJson(*metadata, JsonForm::kOneLine);
  }
  if (const Node* description = node.Find("description"); !IsNull(description)) {
    DIOTIMA_TRY(reader_.Text(*description, "description", &spec->description.emplace()));
  }
  if (const Node* columns = node.Find("columns"); columns != nullptr) {
    DIOTIMA_TRY(Columns(*columns, spec));
  }
  if (const Node* retention = node.Find("retention"); !IsNull(retention)) {
    DIOTIMA_TRY(ParseRetention(*retention, &spec->retention.emplace()));
  }
  if (const Node* strict = node.Find("strict"); !IsNull(strict)) {
    DIOTIMA_TRY(reader_.Bool(*strict, "strict", &spec->strict));
  }
  return Status::Ok();
}

Status SpecParser::Columns(const Node& node, FeatureSpec* spec) const {
  DIOTIMA_TRY(reader_.ExpectObject(node, "columns"));
  for (const auto& [name, type] : node.members) {
    const std::string path = NodeReader::MemberPath("columns", name);
    std::string text;
    DIOTIMA_TRY(reader_.Text(type, path, &text));
    Result<diotima::Type> parsed = diotima::Type::Parse(text);
    if (!parsed.ok()) {
      return reader_.Fail(type, path + ": " + parsed.status().message());
    }
    spec->columns.emplace_back(name, *std::move(parsed));
  }
  return Status::Ok();
}

Status SpecParser::ParseRetention(const Node& node, Retention* retention) const {
  DIOTIMA_TRY(reader_.CheckMembers(node, "retention", {}, {"keep", "older_than"}));
  if (const Node* keep = node.Find("keep"); keep != nullptr) {
    if (keep->kind != Node::Kind::kInteger) {
      return reader_.Mistyped(*keep, "retention.keep", "an integer");
    }
    uint64_t rows = 0;
    const char* const end = keep->text.data() + keep->text.size();
    const auto parsed = std::from_chars(keep->text.data(), end, rows);
    if (parsed.ec != std::errc() || parsed.ptr != end || rows == 0) {
      return reader_.Fail(*keep, "retention.keep must be 1 or more, not " + keep->text);
    }
    retention->keep = rows;
  }
  if (const Node* older_than = node.Find("older_than"); older_than != nullptr) {
    std::string text;
    DIOTIMA_TRY(reader_.Text(*older_than, "retention.older_than", &text));
    const auto parsed = ParseDuration(text);
    if (!parsed.ok()) {
      return reader_.Fail(*older_than, "retention.older_than: " + parsed.status().message());
    }
    retention->older_than = *parsed;
  }
  if (retention->keep || retention->older_than) return Status::Ok();
  return reader_.Fail(node, "retention has neither \"keep\" nor \"older_than\"");
}

// TOML has values that JSON has not.
Status SpecParser::Metadata(const Node& node) const {
  if (node.kind == Node::Kind::kTime) {
    return reader_.Fail(node, "metadata holds what JSON can: write a time as text");
  }
  if (node.kind == Node::Kind::kFloat && node.text.empty()) {
    return reader_.Fail(node, "metadata holds what JSON can, which has no nan and inf");
  }
  for (const Node& item : node.items) DIOTIMA_TRY(Metadata(item));
  for (const auto& [key, value] : node.members) DIOTIMA_TRY(Metadata(value));
  return Status::Ok();
}

Status SpecParser::Field(const Node& node, const std::string& path, FieldSpec* field) const {
  if (node.kind == Node::Kind::kString) {
    field->key = node.text;
    return Status::Ok();
  }
  if (node.kind != Node::Kind::kObject) return reader_.Mistyped(node, path, "text or a table");
  DIOTIMA_TRY(reader_.CheckMembers(node, path, {"key"}, {"code_version", "deps"}));
  DIOTIMA_TRY(reader_.Key(*node.Find("key"), path + ".key", &field->key));
  if (const Node* code = node.Find("code_version"); code != nullptr) {
    DIOTIMA_TRY(reader_.Text(*code, path + ".code_version", &field->code_version));
  }
  const Node* deps = node.Find("deps");
  return deps == nullptr ? Status::Ok() : FieldDeps(*deps, path + ".deps", field);
}

Status SpecParser::FieldDeps(const Node& node, const std::string& path, FieldSpec* field) const {
  if (IsAll(node)) {
    field->all_deps = true;
    return Status::Ok();
  }
  if (node.kind == Node::Kind::kString) {
    return reader_.Fail(node, path + " must be a list or \"all\", not " + Quoted(node.text));
  }
  if (node.kind != Node::Kind::kList) return reader_.Mistyped(node, path, "a list or \"all\"");
  for (const Node& item : node.items) {
    const std::string item_path = path + "[" + std::to_string(field->deps.size()) + "]";
    FieldDep& dep = field->deps.emplace_back();
    DIOTIMA_TRY(reader_.CheckMembers(item, item_path, {"feature"}, {"fields"}));
    DIOTIMA_TRY(reader_.Key(*item.Find("feature"), item_path + ".feature", &dep.feature));
    const Node* fields = item.Find("fields");
    if (fields == nullptr || IsAll(*fields)) {
      dep.all_fields = true;
    } else if (fields->kind == Node::Kind::kString) {
      return reader_.Fail(
          *fields, item_path + ".fields must be a list or \"all\", not " + Quoted(fields->text));
    } else {
      DIOTIMA_TRY(reader_.Keys(*fields, item_path + ".fields", &dep.fields));
    }
  }
  return Status::Ok();
}

Status SpecParser::Dep(const Node& node, const std::string& path, FeatureDep* dep) const {
  DIOTIMA_TRY(reader_.CheckMembers(
      node, path, {"feature"},
      {"select", "rename", "filters", "sql_filters", "lineage", "optional", "fields_mapping"}));
  DIOTIMA_TRY(reader_.Key(*node.Find("feature"), path + ".feature", &dep->feature));
  if (const Node* select = node.Find("select"); !IsNull(select)) {
    DIOTIMA_TRY(reader_.Texts(*select, path + ".select", &dep->select.emplace()));
  }
  if (const Node* rename = node.Find("rename"); !IsNull(rename)) {
    DIOTIMA_TRY(Rename(*rename, path + ".rename", dep));
  }
  DIOTIMA_TRY(Filters(node, path, dep));
  if (const Node* lineage = node.Find("lineage"); lineage != nullptr) {
    DIOTIMA_TRY(ParseLineage(*lineage, path + ".lineage", &dep->lineage));
  }
  if (const Node* optional = node.Find("optional"); optional != nullptr) {
    DIOTIMA_TRY(reader_.Bool(*optional, path + ".optional", &dep->optional));
  }
  const Node* mapping = node.Find("fields_mapping");
  if (mapping == nullptr) return Status::Ok();
  return Mapping(*mapping, path + ".fields_mapping", &dep->fields_mapping);
}

Status SpecParser::Rename(const Node& node, const std::string& path, FeatureDep* dep) const {
  DIOTIMA_TRY(reader_.ExpectObject(node, path));
  auto& rename = dep->rename.emplace();
  for (const auto& [old_name, new_name] : node.members) {
    auto& pair = rename.emplace_back(old_name, "");
    DIOTIMA_TRY(reader_.Text(new_name, NodeReader::MemberPath(path, old_name), &pair.second));
  }
  return Status::Ok();
}

Status SpecParser::Filters(const Node& node, const std::string& path, FeatureDep* dep) const {
  const Node* filters = node.Find("filters");
  const Node* sql_filters = node.Find("sql_filters");
  if (!IsNull(filters) && !IsNull(sql_filters)) {
    return reader_.Fail(*sql_filters, path + " has both \"filters\" and \"sql_filters\"");
  }
  const Node* given = IsNull(filters) ? sql_filters : filters;
  if (IsNull(given)) return Status::Ok();
  const std::string name = given == filters ? ".filters" : ".sql_filters";
  return reader_.Texts(*given, path + name, &dep->filters.emplace());
}

// The `type` of a lineage or a mapping.
Status SpecParser::Type(const Node& node, const std::string& path,
                        const std::vector<std::string>& known, std::string* type) const {
  DIOTIMA_TRY(reader_.ExpectObject(node, path));
  const Node* member = node.Find("type");
  if (member == nullptr) return reader_.Fail(node, "missing member \"type\" in " + path);
  DIOTIMA_TRY(reader_.Text(*member, path + ".type", type));
  for (const std::string& name : known) {
    if (*type == name) return Status::Ok();
  }
  return reader_.Fail(*member, path + ": unknown type " + Quoted(*type) + Hint(*type, known));
}

Status SpecParser::ParseLineage(const Node& node, const std::string& path, Lineage* lineage) const {
  if (IsText(node, "identity")) return Status::Ok();
  if (node.kind == Node::Kind::kString) {
    return reader_.Fail(node, path + " must be \"identity\" or a table, not " + Quoted(node.text));
  }
  if (node.kind != Node::Kind::kObject) {
    return reader_.Mistyped(node, path, "\"identity\" or a table");
  }
  if (const Node* relationship = node.Find("relationship"); relationship != nullptr) {
    DIOTIMA_TRY(reader_.CheckMembers(node, path, {"relationship"}, {}));
    if (relationship->Find("relationship") != nullptr) {
      return reader_.Fail(*relationship, "unknown member \"relationship\" in " + path);
    }
    return ParseLineage(*relationship, path + ".relationship", lineage);
  }
  std::string type;
  DIOTIMA_TRY(
      Type(node, path, {"identity", "aggregation", "expansion", "1:1", "N:1", "1:N"}, &type));
  if (type == "identity" || type == "1:1") return reader_.CheckMembers(node, path, {"type"}, {});
  const Node* on = node.Find("on");
  if (type == "aggregation" || type == "N:1") {
    lineage->kind = LineageKind::kAggregation;
    DIOTIMA_TRY(reader_.CheckMembers(node, path, {"type"}, {"on"}));
    return IsNull(on) ? Status::Ok() : reader_.Texts(*on, path + ".on", &lineage->on.emplace());
  }
  lineage->kind = LineageKind::kExpansion;
  DIOTIMA_TRY(reader_.CheckMembers(node, path, {"type", "on"}, {"id_generation_pattern"}));
  DIOTIMA_TRY(reader_.Texts(*on, path + ".on", &lineage->on.emplace()));
  const Node* pattern = node.Find("id_generation_pattern");
  if (IsNull(pattern)) return Status::Ok();
  return reader_.Text(*pattern, path + ".id_generation_pattern",
                      &lineage->id_generation_pattern.emplace());
}

Status SpecParser::Mapping(const Node& node, const std::string& path,
                           FieldsMapping* mapping) const {
  DIOTIMA_TRY(reader_.ExpectObject(node, path));
  // Metaxy wraps the mapping in another one; a specific one has a `mapping` too, beside its type.
  const Node* inner = node.Find("mapping");
  if (inner != nullptr && node.members.size() == 1 && inner->kind == Node::Kind::kObject) {
    std::string type;
    DIOTIMA_TRY(Type(*inner, path, {"default", "specific", "all", "none"}, &type));
    return Mapping(*inner, path + ".mapping", mapping);
  }
  std::string type;
  DIOTIMA_TRY(Type(node, path, {"default", "specific", "all", "none"}, &type));
  if (type == "specific") return SpecificMapping(node, path, mapping);
  if (type != "default") {
    mapping->kind = type == "all" ? FieldsMappingKind::kAll : FieldsMappingKind::kNone;
    return reader_.CheckMembers(node, path, {"type"}, {});
  }
  DIOTIMA_TRY(reader_.CheckMembers(node, path, {"type"}, {"match_suffix", "exclude_fields"}));
  if (const Node* suffix = node.Find("match_suffix"); suffix != nullptr) {
    DIOTIMA_TRY(reader_.Bool(*suffix, path + ".match_suffix", &mapping->match_suffix));
  }
  const Node* excluded = node.Find("exclude_fields");
  if (excluded == nullptr) return Status::Ok();
  return reader_.Keys(*excluded, path + ".exclude_fields", &mapping->exclude_fields);
}

Status SpecParser::SpecificMapping(const Node& node, const std::string& path,
                                   FieldsMapping* mapping) const {
  mapping->kind = FieldsMappingKind::kSpecific;
  DIOTIMA_TRY(reader_.CheckMembers(node, path, {"type", "mapping"}, {}));
  const Node& map = *node.Find("mapping");
  DIOTIMA_TRY(reader_.ExpectObject(map, path + ".mapping"));
  for (const auto& [field, upstream] : map.members) {
    DIOTIMA_TRY(reader_.Keys(upstream, NodeReader::MemberPath(path + ".mapping", field),
                             &mapping->mapping[field]));
  }
  return Status::Ok();
}

}  // namespace

Result<std::vector<FeatureSpec>> ParseSpecs(const Node& document, const std::string& source) {
  const NodeReader reader(source, "");
  const Node* features = &document;
  if (document.kind == Node::Kind::kObject) {
    DIOTIMA_TRY(reader.CheckMembers(document, "", {}, {"features"}));
    features = document.Find("features");
    if (features == nullptr) return std::vector<FeatureSpec>();
  } else if (document.kind != Node::Kind::kList) {
    return reader.Mistyped(document, "the document", "a list of definitions or a table");
  }
  DIOTIMA_TRY(reader.ExpectList(*features, "features"));
  std::vector<FeatureSpec> specs;
  Faults faults;
  for (const Node& node : features->items) {
    const SpecParser parser(source, Subject(node, specs.size()));
    FeatureSpec& spec = specs.emplace_back();
    if (!source.empty()) spec.source = source + ":" + std::to_string(node.line);
    if (faults.Check(parser.Feature(node, &spec))) faults.Check(CheckSpec(spec));
  }
  DIOTIMA_TRY(faults.status());
  return specs;
}

}  // namespace diotima
