// A feature's catalog entry as a commit will leave it: columns and versions are added as rows ask.
#pragma once

#include <memory>
#include <string>

#include "kv/catalog/catalog.h"
#include "kv/catalog/feature_definition.h"

namespace diotima {

// kSchemaMismatch unless `version` was written with these id columns, in whatever order.
Status CheckIdColumns(std::string_view feature, const VersionEntry& version,
                      const std::vector<std::string>& id_columns);

// Not thread-safe.
class FeatureDraft {
 public:
  // `existing` may be null; the feature then gets `new_id`.
  FeatureDraft(std::shared_ptr<const FeatureEntry> existing, const std::string& feature,
               uint32_t new_id);

  const FeatureEntry& entry() const { return entry_; }
  const std::shared_ptr<const FeatureEntry>& existing() const { return existing_; }
  bool changed() const { return changed_; }
  // How often columns or versions were added or refined.
  uint64_t changes() const { return changes_; }

  // The column `name`, added with `type` if it is new, its type refined if only nulls were known.
  // kSchemaMismatch for more columns than a row can have.
  Result<size_t> AddColumn(const std::string& name, const Type& type);
  // The version of that name, added with these fields and id columns if it is new.
  Result<const VersionEntry*> AddVersion(const std::string& feature_version,
                                         const std::vector<std::string>& fields,
                                         const std::vector<std::string>& id_columns);
  // The definition's version. kSchemaMismatch when it was written with other id columns.
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
