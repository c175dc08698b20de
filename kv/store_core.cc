#include "kv/store_core.h"

#include <algorithm>
#include <chrono>

#include "codec/status_macros.h"

namespace diotima {

Status StoreCore::CheckWritable() const {
  if (!engine->read_only()) return Status::Ok();
  return Status::ReadOnly("store '" + engine->path() + "' is open read-only");
}

int64_t StoreCore::NextCommitTime() const {
  using std::chrono::microseconds;
  using std::chrono::system_clock;
  const int64_t now =
      options.clock
          ? options.clock()
          : std::chrono::duration_cast<microseconds>(system_clock::now().time_since_epoch())
                .count();
  return std::max(now, last_commit_time.load() + 1);
}

Result<FeatureDefinition> StoreCore::Definition(const Graph& graph,
                                                std::string_view feature) const {
  DIOTIMA_ASSIGN(const FeatureSpec* spec, graph.Get(feature));
  FeatureDefinition definition;
  definition.spec = spec;
  definition.feature_version = graph.Versions(feature, hasher.truncation_length).feature_version;
  definition.project_version = graph.ProjectVersion(hasher.truncation_length);
  for (const auto& field : spec->fields) definition.fields.push_back(StructKey(field.key));
  std::sort(definition.fields.begin(), definition.fields.end());
  return definition;
}

Status NeverWritten(std::string_view feature) {
  return Status::NotFound("feature '" + std::string(feature) + "' was never written to this store");
}

}  // namespace diotima
