#include "graph/spec/faults.h"

namespace diotima {
namespace {

constexpr size_t kMostTold = 20;

}  // namespace

bool Faults::Check(const Status& status) {
  if (status.ok()) return true;
  ++count_;
  if (count_ == 1) {
    first_ = status;
  } else if (count_ <= kMostTold) {
    others_ += ";\n" + status.message();
  }
  return false;
}

Status Faults::status() const {
  if (count_ <= 1) return first_;
  std::string message = first_.message() + others_;
  if (count_ > kMostTold) message += ";\nand " + std::to_string(count_ - kMostTold) + " more";
  return {first_.code(), std::move(message)};
}

}  // namespace diotima
