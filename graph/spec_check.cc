#include "graph/spec_check.h"

#include <diotima/filter.h>
#include <diotima/graph.h>
#include <diotima/row.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "codec/status_macros.h"
#include "graph/definitions.h"
#include "graph/document.h"
#include "graph/names.h"

namespace diotima {
namespace {

// Metadata is wrapped in lists and objects when a graph is written as a document.
constexpr int kMaxMetadataDepth = kMaxDocumentDepth - 8;

class SpecChecker {
 public:
  explicit SpecChecker(const FeatureSpec& spec) : spec_(spec) {}

  Status Check() const {
    DIOTIMA_TRY(Key(spec_.key, "the key"));
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
    return Metadata();
  }

 private:
  Status Fail(const std::string& message) const { return SpecError(spec_, message); }

  Status Key(const std::string& key, const std::string& what) const {
    const std::string fault = KeyFault(key);
    return fault.empty() ? Status::Ok() : Fail(what + " " + Quoted(key) + " " + fault);
  }

  Status IdColumns() const {
    if (spec_.id_columns.empty()) return Fail("id_columns is empty; name at least one column");
    std::unordered_set<std::string_view> seen;
    for (const std::string& column : spec_.id_columns) {
      if (column.empty()) return Fail("id_columns has an empty name");
      if (IsSystemColumn(column)) {
        return Fail("id_columns names the system column " + Quoted(column));
      }
      if (!seen.insert(column).second) return Fail("id_columns names " + Quoted(column) + " twice");
    }
    return Status::Ok();
  }

  Status Fields() const {
    std::unordered_map<std::string, const FieldSpec*> by_struct_key;
    for (const FieldSpec& field : spec_.fields) {
      DIOTIMA_TRY(Key(field.key, "the field key"));
      const auto [other, inserted] = by_struct_key.emplace(StructKey(field.key), &field);
      if (!inserted && other->second->key == field.key) {
        return Fail("the field " + Quoted(field.key) + " is defined twice");
      }
      if (!inserted) {
        return Fail("the fields " + QuotedList({other->second->key, field.key}) +
                    " are both stored as " + Quoted(other->first) + "; give one another key");
      }
      for (const FieldDep& dep : field.deps) {
        const std::string of = " in the deps of field " + Quoted(field.key);
        DIOTIMA_TRY(Key(dep.feature, "the feature key" + of));
        for (const std::string& key : dep.fields) DIOTIMA_TRY(Key(key, "the field key" + of));
      }
    }
    return Status::Ok();
  }

  Status Dep(const FeatureDep& dep) const {
    const std::string of = "the dep on " + Quoted(dep.feature);
    DIOTIMA_TRY(Key(dep.feature, "the feature key in deps"));
    DIOTIMA_TRY(Rename(dep, of));
    DIOTIMA_TRY(Select(dep, of));
    for (const std::string& text : dep.filters.value_or(std::vector<std::string>())) {
      const Result<Filter> filter = Filter::Parse(text);
      if (!filter.ok()) {
        return Fail(of + ": filter " + Quoted(text) + ": " + filter.status().message());
      }
    }
    const Lineage& lineage = dep.lineage;
    if (lineage.kind == LineageKind::kExpansion && !lineage.on.has_value()) {
      return Fail(of + ": an expansion needs \"on\"");
    }
    if (lineage.kind != LineageKind::kIdentity && lineage.on.has_value() && lineage.on->empty()) {
      return Fail(of + ": \"on\" is empty; name at least one column");
    }
    const std::string mapping = " in the fields_mapping of " + of;
    for (const std::string& key : dep.fields_mapping.exclude_fields) {
      DIOTIMA_TRY(Key(key, "the field key" + mapping));
    }
    for (const auto& [key, upstream] : dep.fields_mapping.mapping) {
      DIOTIMA_TRY(Key(key, "the field key" + mapping));
      for (const std::string& other : upstream) DIOTIMA_TRY(Key(other, "the field key" + mapping));
    }
    return Status::Ok();
  }

  Status Rename(const FeatureDep& dep, const std::string& of) const {
    if (!dep.rename.has_value()) return Status::Ok();
    std::unordered_set<std::string_view> old_names, new_names;
    for (const auto& [from, to] : *dep.rename) {
      for (const std::string& name : {from, to}) {
        if (IsSystemColumn(name)) {
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
      if (IsSystemColumn(column)) {
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
