// Collects the rows of an unfinished commit, feature by feature.
#pragma once

#include <diotima/store.h>

#include <map>
#include <memory>
#include <string>

#include "kv/commit/feature_encoder.h"
#include "kv/commit/write_set.h"

namespace diotima {

class Commit::Impl {
 public:
  Impl(std::shared_ptr<const StoreCore> core, WriteOptions options);

  Status Append(std::string_view feature, const RowBatch& rows);
  Result<WriteResult> Finish();

 private:
  struct Feature {
    std::unique_ptr<FeatureEncoder> writer;
    uint64_t rows = 0;
  };

  Result<Feature*> Find(std::string_view feature);
  Status AppendRows(std::string_view feature, const RowBatch& rows);

  const std::shared_ptr<const StoreCore> core_;
  const WriteOptions options_;
  CatalogDraft catalog_;
  WriteSet set_;
  std::map<std::string, Feature, std::less<>> features_;
  std::vector<std::string> order_;
  Status failed_;
};

}  // namespace diotima
