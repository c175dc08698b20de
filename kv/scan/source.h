// Where a feature is read from: this store, or the first fallback store that has it.
#pragma once

#include <map>

#include "kv/core.h"

namespace diotima {

struct FeatureSource {
  const StoreCore* core = nullptr;  // null: no store has it
  StoreView view;
  std::shared_ptr<const FeatureEntry> entry;
};

// The stores that one operation reads, each at one snapshot, however many features it looks for.
// Not thread-safe.
class SourceFinder {
 public:
  explicit SourceFinder(const StoreCore* core) : core_(core) {}

  // A feature is read wholly from one store: fallback stores are tried in order, and each tries its
  // own, where this store has never had it.
  FeatureSource Find(std::string_view feature, bool allow_fallback);
  // This store's view.
  const StoreView& view() { return View(core_); }
  const StoreCore* core() const { return core_; }

 private:
  const StoreView& View(const StoreCore* core);
  FeatureSource FindIn(const StoreCore* core, std::string_view feature, bool allow_fallback);

  const StoreCore* const core_;
  std::map<const StoreCore*, StoreView> views_;
};

}  // namespace diotima
