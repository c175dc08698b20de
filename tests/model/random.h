// Small random choices out of one number: the same number gives the same choices on every run.
#pragma once

#include <cstdint>
#include <vector>

namespace diotima::model {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {  // SplitMix64
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // Both ends included.
  int Int(int low, int high) {
    return low + static_cast<int>(Next() % static_cast<uint64_t>(high - low + 1));
  }
  bool Chance(int percent) { return Int(1, 100) <= percent; }
  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[Next() % from.size()];
  }
  // Some of them, in a random order; at least `least`.
  template <typename T>
  std::vector<T> Some(std::vector<T> from, size_t least = 0) {
    for (size_t i = from.size(); i > 1; --i) std::swap(from[i - 1], from[Next() % i]);
    from.resize(least + Next() % (from.size() - least + 1));
    return from;
  }

 private:
  uint64_t state_;
};

}  // namespace diotima::model
