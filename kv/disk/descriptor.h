// Owns a file descriptor.
#pragma once

#include <unistd.h>

#include <utility>

namespace diotima {

class Descriptor {
 public:
  Descriptor() = default;
  // Takes over a descriptor; -1: none.
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Descriptor() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  // Returns the descriptor, -1 for none.
  int get() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

}  // namespace diotima
