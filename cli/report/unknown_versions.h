// Finds rows whose feature version nobody knows.
#pragma once

#include <diotima/store.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/session.h"

namespace diotima::cli {

// Remembers the versions of pushed graphs. Not thread-safe.
class UnknownVersions {
 public:
  // `store` must outlive it.
  explicit UnknownVersions(Store* store) : store_(store) {}

  // Returns the versions of a feature that have rows and are neither those of the graph in force
  // nor of a pushed one. None for a feature that was never written.
  Result<std::vector<std::string>> Of(const std::string& feature);
  // Warns of them, if there are any. Says nothing where they cannot be found out: what the command
  // did is done.
  void Warn(const std::string& feature, Session* session);

 private:
  Status ReadPushed();
  // `with_rows`: only versions that have rows.
  Result<std::vector<std::string>> Select(const std::string& feature, bool with_rows);

  Store* const store_;
  std::optional<std::set<std::string>> pushed_;
};

}  // namespace diotima::cli
