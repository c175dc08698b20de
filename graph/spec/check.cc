#include "graph/spec/check.h"

#include <diotima/filter.h>
#include <diotima/graph.h>
#include <diotima/row.h>
#include <diotima/status_macros.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "codec/base/utf8.h"
#include "graph/spec/definitions.h"
#include "graph/spec/document.h"
#include "graph/spec/json.h"
#include "graph/spec/names.h"

namespace diotima {
namespace {

// Metadata is wrapped in lists and objects when a graph is written as a document.
constexpr int kMaxMetadataDepth = kMaxDocumentDepth - 8;

// A text that is no UTF-8, as JSON would have it: a definition with one could not be written down.
std::optional<std::string> FirstBadText(const Node& node) {
  if (FindInvalidUtf8(node.text).has_value()) return JsonString(node.text);
  for (const Node& item : node.items) {
    if (auto bad = FirstBadText(item); bad.has_value()) return bad;
  }
  for (const auto& [key, value] : node.members) {
    if (FindInvalidUtf8(key).has_value()) return JsonString(key);
    if (auto bad = FirstBadText(value); bad.has_value()) return bad;
  }
  return std::nullopt;
}

class SpecChecker {
 public:
  explicit SpecChecker(const FeatureSpec& spec) : spec_(spec) {}

  Status Check() const {
    DIOTIMA_TRY(Key("", "the key", spec_.key));
    DIOTIMA_TRY(IdColumns());
    DIOTIMA_TRY(Fields());
    std::unordered_set<std::string_view> upstream;
    for (const FeatureDep& dep : spec_.deps) {
      DIOTIMA_TRY(Dep(dep));
      if (!upstream.insert(dep.feature).second) {
        return Fail("two of its deps are on " + Quoted(dep.feature));
      }
    }
    DIOTIMA_TRY(Columns());
    DIOTIMA_TRY(Metadata());
    const std::optional<std::string> bad = FirstBadText(SpecDocument(spec_));
    return bad.has_value() ? Fail("the text " + *bad + " is not UTF-8") : Status::Ok();
  }

 private:
  Status Fail(const std::string& message) const { return SpecError(spec_, message); }

  // `where` the key stands ends in a colon, or is empty.
  Status Key(const std::string& where, const char* what, const std::string& key) const {
    const std::string fault = KeyFault(key);
    return fault.empty() ? Status::Ok() : Fail(where + what + " " + Quoted(key) + " " + fault);
  }

  Status IdColumns() const {
    if (spec_.id_columns.empty()) return Fail("id_columns is empty; name at least one column");
    std::unordered_set<std::string_view> seen;
    for (const std::string& column : spec_.id_columns) {
      if (column.empty()) return Fail("id_columns has an empty name");
      if (FindSystemColumn(column)) {
        return Fail("id_columns names the system column " + Quoted(column));
      }
      if (!seen.insert(column).second) return Fail("id_columns names " + Quoted(column) + " twice");
    }
    return Status::Ok();
  }

  Status Fields() const {
    std::unordered_map<std::string, const FieldSpec*> by_struct_key;
    for (const FieldSpec& field : spec_.fields) {
      DIOTIMA_TRY(Key("", "the field key", field.key));
      const auto [other, inserted] = by_struct_key.emplace(StructKey(field.key), &field);
      if (!inserted && other->second->key == field.key) {
        return Fail("the field " + Quoted(field.key) + " is defined twice");
      }
      if (!inserted) {
        return Fail("the fields " + QuotedList({other->second->key, field.key}) +
                    " are both stored as " + Quoted(other->first) + "; give one another key");
      }
      for (const FieldDep& dep : field.deps) {
        const std::string where = "deps of the field " + Quoted(field.key) + ": ";
        DIOTIMA_TRY(Key(where, "the feature key", dep.feature));
        for (const std::string& key : dep.fields) DIOTIMA_TRY(Key(where, "the field key", key));
      }
    }
    return Status::Ok();
  }

  Status Dep(const FeatureDep& dep) const {
    const std::string of = "the dep on " + Quoted(dep.feature);
    DIOTIMA_TRY(Key("deps: ", "the feature key", dep.feature));
    DIOTIMA_TRY(Rename(dep, of));
    DIOTIMA_TRY(Select(dep, of));
    for (const std::string& text : dep.filters.value_or(std::vector<std::string>())) {
      const Result<Filter> filter = Filter::Parse(text);
      if (!filter.ok()) return Fail(of + ": " + filter.status().message());
    }
    const Lineage& lineage = dep.lineage;
    if (lineage.kind == LineageKind::kExpansion && !lineage.on.has_value()) {
      return Fail(of + ": an expansion needs \"on\"");
    }
    if (lineage.kind != LineageKind::kIdentity && lineage.on.has_value() && lineage.on->empty()) {
      return Fail(of + ": \"on\" is empty; name at least one column");
    }
    const std::string where = "fields_mapping of " + of + ": ";
    for (const std::string& key : dep.fields_mapping.exclude_fields) {
      DIOTIMA_TRY(Key(where, "the field key", key));
    }
    for (const auto& [key, upstream] : dep.fields_mapping.mapping) {
      DIOTIMA_TRY(Key(where, "the field key", key));
      for (const std::string& other : upstream) DIOTIMA_TRY(Key(where, "the field key", other));
    }
    return Status::Ok();
  }

  Status Rename(const FeatureDep& dep, const std::string& of) const {
    if (!dep.rename.has_value()) return Status::Ok();
    std::unordered_set<std::string_view> old_names, new_names;
    for (const auto& [from, to] : *dep.rename) {
      for (const std::string& name : {from, to}) {
        if (FindSystemColumn(name)) {
          return Fail(of + " renames " + Quoted(from) + " to " + Quoted(to) + "; " + Quoted(name) +
                      " is a system column");
        }
      }
      if (to.empty()) return Fail(of + " renames " + Quoted(from) + " to an empty name");
      if (!old_names.insert(from).second) return Fail(of + " renames " + Quoted(from) + " twice");
      if (!new_names.insert(to).second) return Fail(of + " renames two columns to " + Quoted(to));
    }
    return Status::Ok();
  }

  Status Select(const FeatureDep& dep, const std::string& of) const {
    if (!dep.select.has_value() || !dep.rename.has_value()) return Status::Ok();
    std::unordered_map<std::string_view, std::string_view> new_names;
    std::unordered_set<std::string_view> taken;
    for (const auto& [from, to] : *dep.rename) {
      new_names.emplace(from, to);
      taken.insert(to);
    }
    for (const std::string& column : *dep.select) {
      const auto renamed = new_names.find(column);
      if (renamed == new_names.end() || taken.count(column) > 0) continue;
      return Fail(of + " selects " + Quoted(column) + ", which it renames to " +
                  Quoted(renamed->second) + "; select the new name");
    }
    return Status::Ok();
  }

  Status Columns() const {
    std::unordered_set<std::string_view> seen;
    for (const auto& [column, type] : spec_.columns) {
      if (column.empty()) return Fail("columns has an empty name");
      if (FindInvalidUtf8(column).has_value()) {
        return Fail("the text " + JsonString(column) + " is not UTF-8");
      }
      if (FindSystemColumn(column)) {
        return Fail("columns gives a type to the system column " + Quoted(column));
      }
      if (!seen.insert(column).second) return Fail("columns names " + Quoted(column) + " twice");
    }
    return Status::Ok();
  }

  Status Metadata() const {
    const Result<Node> metadata = ParseJson(spec_.metadata, "metadata", kMaxMetadataDepth);
    if (!metadata.ok()) return Fail(metadata.status().message());
    if (metadata->kind == Node::Kind::kObject) return Status::Ok();
    return Fail("metadata must be a table, not " + std::string(NodeKindName(metadata->kind)));
  }

  const FeatureSpec& spec_;
};

}  // namespace

Status CheckSpec(const FeatureSpec& spec) { return SpecChecker(spec).Check(); }

std::string SpecSubject(const FeatureSpec& spec) {
  return (spec.source.empty() ? "" : spec.source + ": ") + "feature " + Quoted(spec.key) + ": ";
}

Status SpecError(const FeatureSpec& spec, const std::string& message) {
  return Status::InvalidArgument(SpecSubject(spec) + message);
}

}  // namespace diotima
