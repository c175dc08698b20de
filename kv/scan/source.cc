#include "kv/scan/source.h"

namespace diotima {

const StoreView& SourceFinder::View(const StoreCore* core) {
  auto it = views_.find(core);
  if (it == views_.end()) it = views_.emplace(core, core->catalog->TakeView()).first;
  return it->second;
}

FeatureSource SourceFinder::Find(std::string_view feature, bool allow_fallback) {
  return FindIn(core_, feature, allow_fallback);
}

FeatureSource SourceFinder::FindIn(const StoreCore* core, std::string_view feature,
                                   bool allow_fallback) {
  const StoreView& view = View(core);
  if (auto entry = view.catalog->Find(feature)) return {core, view, std::move(entry)};
  if (!allow_fallback) return {};
  for (const auto& fallback : core->fallback) {
    FeatureSource source = FindIn(fallback.get(), feature, allow_fallback);
    if (source.core != nullptr) return source;
  }
  return {};
}

}  // namespace diotima
