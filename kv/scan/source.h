// Finds where a feature is read from: this store, or the first fallback store that has it.
#pragma once

#include <map>

#include "kv/core.h"

namespace diotima {

struct FeatureSource {
  const StoreCore* core = nullptr;  // null: no store has it
  StoreView view;
  std::shared_ptr<const FeatureEntry> entry;
};

// The stores that one operation reads, each at one snapshot, however many features it reads. Not
// thread-safe.
class SourceFinder {
 public:
  explicit SourceFinder(const StoreCore* core) : core_(core) {}

  // Returns the one store that a feature is read from. If this store never had the feature, it
  // tries the fallback stores in order, and each tries its own.
  FeatureSource Find(std::string_view feature, bool allow_fallback);
  // Returns the view of a store.
  const StoreView& view() { return View(core_); }
  const StoreCore* core() const { return core_; }

 private:
  const StoreView& View(const StoreCore* core);
  FeatureSource FindIn(const StoreCore* core, std::string_view feature, bool allow_fallback);

  const StoreCore* const core_;
  std::map<const StoreCore*, StoreView> views_;
};

}  // namespace diotima
