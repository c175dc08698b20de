// Drafts the catalog entry of a feature: adds the columns and versions that rows need.
#pragma once

#include <memory>
#include <string>

#include "kv/catalog/catalog.h"
#include "kv/catalog/feature_definition.h"

namespace diotima {

// Returns kSchemaMismatch unless `version` was written with these id columns, in any order.
Status CheckIdColumns(std::string_view feature, const VersionEntry& version,
                      const std::vector<std::string>& id_columns);

// Not thread-safe.
class FeatureDraft {
 public:
  // `existing` may be null; the feature then gets `new_id`.
  FeatureDraft(std::shared_ptr<const FeatureEntry> existing, const std::string& feature,
               uint32_t new_id);

  FeatureEntry& mutable_entry() {
    Change();
    return entry_;
  }
  const FeatureEntry& entry() const { return entry_; }
  const std::shared_ptr<const FeatureEntry>& existing() const { return existing_; }
  bool changed() const { return changed_; }
  // Returns how often columns or versions were added or refined.
  uint64_t changes() const { return changes_; }

  // Gives the columns that the definition declares the members and the types that they lack. Where
  // a stored type is another one: kSchemaMismatch that names `alter` or, if no row is `stored`, the
  // column begins anew.
  Status TakeDeclared(const FeatureSpec& spec, bool stored);
  // Returns the index of the column `name`. Adds it with `type` if it is new; refines its type if
  // it has only nulls so far. kSchemaMismatch for more columns than a row can have.
  Result<size_t> AddColumn(const std::string& name, const Type& type);
  // Returns the version of that name, and adds it with these fields and id columns if it is new.
  Result<const VersionEntry*> AddVersion(const std::string& feature_version,
                                         const std::vector<std::string>& fields,
                                         const std::vector<std::string>& id_columns);
  // Returns the version of the definition. kSchemaMismatch when it was written with other id
  // columns.
  Result<const VersionEntry*> AddVersion(const FeatureDefinition& definition);

 private:
  void Change() {
    changed_ = true;
    ++changes_;
  }

  const std::shared_ptr<const FeatureEntry> existing_;
  FeatureEntry entry_;
  bool changed_;
  uint64_t changes_ = 0;
};

}  // namespace diotima
