// How features depend on each other: links, cycles and the topological order.
#include <algorithm>

#include "graph/spec/definitions.h"
#include "graph/spec/faults.h"
#include "graph/spec/names.h"

namespace diotima {
namespace {

std::vector<std::string> OtherKeys(const Definitions& definitions, const std::string& key) {
  std::vector<std::string> keys;
  for (const FeatureSpec& spec : definitions.specs) {
    if (spec.key != key) keys.push_back(spec.key);
  }
  return keys;
}

// A walk in depth, upstream first, that takes keys in ascending order: the order is that of leaving
// a feature. The stack is explicit, as graphs may be deeper than the thread's.
class DepthFirst {
 public:
  explicit DepthFirst(Definitions* definitions)
      : definitions_(*definitions), state_(definitions->specs.size(), State::kNew) {}

  Status Run() {
    std::vector<uint32_t> all(definitions_.specs.size());
    for (uint32_t i = 0; i < all.size(); ++i) all[i] = i;
    for (uint32_t feature : Sorted(all)) {
      if (state_[feature] == State::kNew) Enter(feature);
      while (!stack_.empty()) {
        Step& step = stack_.back();
        if (step.next == step.upstream.size()) {
          Leave();
          continue;
        }
        const uint32_t upstream = step.upstream[step.next++];
        if (state_[upstream] == State::kOpen) return Cycle(upstream);
        if (state_[upstream] == State::kNew) Enter(upstream);
      }
    }
    return Status::Ok();
  }

 private:
  enum class State : uint8_t { kNew, kOpen, kDone };
  struct Step {
    uint32_t feature;
    std::vector<uint32_t> upstream;
    size_t next = 0;
  };

  std::vector<uint32_t> Sorted(std::vector<uint32_t> features) const {
    std::sort(features.begin(), features.end(), [&](uint32_t a, uint32_t b) {
      return definitions_.specs[a].key < definitions_.specs[b].key;
    });
    return features;
  }

  void Enter(uint32_t feature) {
    state_[feature] = State::kOpen;
    stack_.push_back({feature, Sorted(definitions_.upstream[feature])});
  }

  void Leave() {
    state_[stack_.back().feature] = State::kDone;
    definitions_.order.push_back(stack_.back().feature);
    stack_.pop_back();
  }

  Status Cycle(uint32_t feature) const {
    const FeatureSpec& spec = definitions_.specs[feature];
    std::string path = Quoted(spec.key);
    auto step = std::find_if(stack_.begin(), stack_.end(),
                             [&](const Step& s) { return s.feature == feature; });
    for (++step; step != stack_.end(); ++step) {
      path += " → " + Quoted(definitions_.specs[step->feature].key);
    }
    return SpecError(spec, "its deps form a cycle: " + path + " → " + Quoted(spec.key));
  }

  Definitions& definitions_;
  std::vector<State> state_;
  std::vector<Step> stack_;
};

}  // namespace

Status LinkUpstream(Definitions* definitions) {
  Faults faults;
  for (uint32_t i = 0; i < definitions->specs.size(); ++i) {
    const FeatureSpec& spec = definitions->specs[i];
    const auto [other, inserted] = definitions->by_key.emplace(spec.key, i);
    if (inserted) continue;
    const std::string& source = definitions->specs[other->second].source;
    faults.Check(SpecError(spec, "it is defined a second time" +
                                     (source.empty() ? "" : "; the first is at " + source)));
  }
  for (const FeatureSpec& spec : definitions->specs) {
    std::vector<uint32_t>& upstream = definitions->upstream.emplace_back();
    for (const FeatureDep& dep : spec.deps) {
      const auto found = definitions->by_key.find(dep.feature);
      if (found == definitions->by_key.end()) {
        faults.Check(SpecError(spec, "it depends on the unknown feature " + Quoted(dep.feature) +
                                         Hint(dep.feature, OtherKeys(*definitions, spec.key))));
        continue;
      }
      upstream.push_back(found->second);
    }
  }
  return faults.status();
}

Status SortByDeps(Definitions* definitions) { return DepthFirst(definitions).Run(); }

}  // namespace diotima
