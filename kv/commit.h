// The rows of a commit in the making, feature by feature.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "codec/row_encoder.h"
#include "kv/commit_set.h"
#include "kv/feature_draft.h"
#include "kv/row_completer.h"

namespace diotima {

// A commit's drafts of catalog entries, from one base state. Not thread-safe.
class CatalogDraft {
 public:
  explicit CatalogDraft(StoreCore* core) : core_(core), base_(core->catalog->state()) {}

  const std::shared_ptr<const CatalogState>& base() const { return base_; }
  FeatureDraft* Feature(const std::string& feature);
  // The id of a project version, given out if it is new.
  uint32_t Project(std::string_view project_version);
  // The catalog after this commit; null when it leaves it as it is. kBusy when another commit has
  // changed what this one drafted from. Requires commit_mutex.
  Result<std::shared_ptr<const CatalogState>> Next() const;
  // A layout of rows as the drafts have it now.
  std::shared_ptr<const RowLayout> Layout(const FeatureDraft& draft,
                                          const VersionEntry& version) const;

 private:
  StoreCore* const core_;
  const std::shared_ptr<const CatalogState> base_;
  std::map<std::string, std::unique_ptr<FeatureDraft>, std::less<>> features_;
  std::vector<std::string> new_projects_;
  uint32_t new_features_ = 0;
};

class Commit::Impl {
 public:
  Impl(StoreCore* core, WriteOptions options);

  Status Append(std::string_view feature, const RowBatch& rows);
  Result<WriteResult> Finish();

 private:
  // What encodes rows of one version as long as its layout does not change.
  struct VersionWriter {
    uint32_t id = 0;
    std::shared_ptr<const RowLayout> layout;
    std::unique_ptr<RowEncoder> encoder;
  };
  struct FeatureWriter {
    FeatureDefinition definition;
    FeatureDraft* draft = nullptr;
    std::unique_ptr<RowCompleter> completer;
    std::map<std::string, VersionWriter, std::less<>> versions;
    uint64_t rows = 0;
  };

  Result<FeatureWriter*> Writer(std::string_view feature);
  Result<VersionWriter*> Version(FeatureWriter* writer, const CompletedRow& row);
  Status AppendRow(FeatureWriter* writer, size_t row);

  StoreCore* const core_;
  const WriteOptions options_;
  CatalogDraft catalog_;
  CommitSet set_;
  std::map<std::string, FeatureWriter, std::less<>> writers_;
  std::vector<std::string> order_;
  Status failed_;
  std::string sample_;
};

}  // namespace diotima
