// Gathers the faults of definitions, so that one run tells all that can be told.
#pragma once

#include <diotima/status.h>

#include <string>

namespace diotima {

class Faults {
 public:
  // Notes an error. Returns whether there was none.
  bool Check(const Status& status);
  // Returns OK where nothing was noted; else an error of the first code with all messages, up to a
  // number, one a line.
  Status status() const;

 private:
  Status first_;
  std::string others_;
  size_t count_ = 0;
};

}  // namespace diotima
